import { expect, it } from "vitest";
import { main } from "../../../../f/infra/auth/ensure_policies.ts";
import { ensureAccounts } from "../../../../f/lib/accounts/ensure.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectSchema } from "../../../support/project_schema.ts";

const db = testDatabase();
const tables = [{ table: "note", column: "user_id", belongsTo: "user" as const }];

it("binds a table's rows to their users, and records who did", async () => {
  const project = uniqueProject();
  await withPostgres(db, async (sql) => {
    await projectSchema(sql, db, project);
    await ensureAccounts(sql, { project, signUp: "open" });
    await sql.query(`set role ${project}_owner; create table ${project}.note (user_id uuid not null); reset role`);
  });
  expect(await main(project, tables, db)).toEqual({
    project,
    tables: [{ ...tables[0], writeRole: "member" }],
    status: "created",
  });
  expect(await main(project, tables, db)).toMatchObject({ status: "unchanged" });
  const { rows } = await withPostgres(db, (sql) =>
    sql.query("select status from run8n.operation where project = $1 and verb like '%policies'", [project]),
  );
  expect(rows).toEqual([{ status: "succeeded" }, { status: "succeeded" }]);
});

it("asks for accounts when there are none", async () => {
  const project = uniqueProject();
  await withPostgres(db, (sql) => projectSchema(sql, db, project));
  await expect(main(project, tables, db)).rejects.toMatchObject({ code: "precondition_failed" });
});
