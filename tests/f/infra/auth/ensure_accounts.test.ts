import { expect, it } from "vitest";
import { main } from "../../../../f/infra/auth/ensure_accounts.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectSchema } from "../../../support/project_schema.ts";

const db = testDatabase();

it("makes the accounts of a project whose schema exists, and records who did", async () => {
  const project = uniqueProject();
  await withPostgres(db, (sql) => projectSchema(sql, db, project));
  expect(await main(project, "invited", db)).toMatchObject({ project, signUp: "invited", status: "created" });
  expect(await main(project, "invited", db)).toMatchObject({ status: "unchanged" });
  const { rows } = await withPostgres(db, (sql) =>
    sql.query("select verb, status from run8n.operation where project = $1 and verb like '%accounts%'", [project]),
  );
  expect(rows).toEqual([1, 2].map(() => ({ verb: "infra/auth/ensure_accounts", status: "succeeded" })));
});

it("asks for the schema when there is none", async () => {
  await expect(main(uniqueProject(), "open", db)).rejects.toMatchObject({ code: "precondition_failed", status: 412 });
});
