import { expect, it } from "vitest";
import { main } from "../../../../f/infra/waitlist/ensure_waitlist.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectSchema } from "../../../support/project_schema.ts";

const db = testDatabase();

it("makes the waitlist of a project whose schema exists, and records who did", async () => {
  const project = uniqueProject();
  await withPostgres(db, (sql) => projectSchema(sql, db, project));
  expect(await main(project, db)).toEqual({ project, table: `${project}.waitlist_signup`, status: "created" });
  expect(await main(project, db)).toMatchObject({ status: "unchanged" });
  const { rows } = await withPostgres(db, (sql) =>
    sql.query("select verb, status from run8n.operation where project = $1 and verb like '%waitlist%'", [project]),
  );
  expect(rows).toEqual([1, 2].map(() => ({ verb: "infra/waitlist/ensure_waitlist", status: "succeeded" })));
});

it("asks for the schema when there is none", async () => {
  await expect(main(uniqueProject(), db)).rejects.toMatchObject({ code: "precondition_failed", status: 412 });
});

it("refuses a database that is neither a value nor a path", async () => {
  // @ts-expect-error: what a caller without types may send
  await expect(main(uniqueProject(), "postgres://localhost")).rejects.toMatchObject({ code: "invalid_input" });
});
