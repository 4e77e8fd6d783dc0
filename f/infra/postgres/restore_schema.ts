import { withPostgres } from "../../lib/postgres/connect.ts";
import { type RestoredSchema, restoreSchema } from "../../lib/postgres/restore_schema.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Takes the drop of a project's Postgres schema back: the tombstone gets its name again, with every row, and the roles
 * may log in with new passwords under the paths they had. Works until the tombstone is purged, seven days after the drop.
 * @param project Name of the project whose schema comes back, for example "shop".
 * @param tombstone Which one, as list_schemas shows it; the latest when empty.
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  tombstone = "",
  db: Postgresql = "$res:f/infra/postgres",
): Promise<RestoredSchema> {
  const server = await resource(db);
  return withPostgres(server, (sql) =>
    restoreSchema({ sql, db: server, workspace: jobWorkspace() }, { project, tombstone }),
  );
}
