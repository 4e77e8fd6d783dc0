import { expect, it } from "vitest";
import { main as ensureSchema } from "../../../../f/infra/postgres/ensure_schema.ts";
import { main as updatePassword } from "../../../../f/infra/postgres/update_password.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { type Postgresql, resource } from "../../../../f/lib/resources.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";

const db = testDatabase();
jobsEngine();

it("update_password leaves a connection of the same path with another password, and tells none of them", async () => {
  const project = uniqueProject();
  const { roles } = await ensureSchema(project, undefined, undefined, db);
  const before = await resource<Postgresql>(`$res:${roles.app.resource}`);
  const result = await updatePassword(project, "app", undefined, db);
  const after = await resource<Postgresql>(`$res:${result.resource}`);
  for (const connection of [before, after]) {
    const { rows } = await withPostgres(connection, (sql) => sql.query("select current_user as me"));
    expect(rows).toEqual([{ me: roles.app.name }]);
    expect(JSON.stringify(result)).not.toContain(connection.password);
  }
  expect(after.password).not.toBe(before.password);
});
