import { expect, it } from "vitest";
import { main as dropSchema } from "../../../../f/infra/postgres/drop_schema.ts";
import { main as ensureSchema } from "../../../../f/infra/postgres/ensure_schema.ts";
import { main as restoreSchema } from "../../../../f/infra/postgres/restore_schema.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { type Postgresql, resource } from "../../../../f/lib/resources.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";

const db = testDatabase();
jobsEngine();

it("restore_schema brings back what drop_schema has buried, with connections under the same paths", async () => {
  const project = uniqueProject();
  const { roles } = await ensureSchema(project, undefined, undefined, db);
  const { tombstone } = await dropSchema(project, project, undefined, db);
  expect(await restoreSchema(project, null as never, db)).toMatchObject({ tombstone, status: "restored" });
  const connection = await resource<Postgresql>(`$res:${roles.app.resource}`);
  const { rows } = await withPostgres(connection, (sql) => sql.query("select current_user as me"));
  expect(rows).toEqual([{ me: roles.app.name }]);
});
