import { withPostgres } from "../../lib/postgres/connect.ts";
import { type DroppedSchema, dropSchema } from "../../lib/postgres/drop_schema.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Takes a project's Postgres schema out of use, after a dump that was checked against the tables. The schema itself stays
 * as a tombstone under the returned name with its roles locked, so the drop can be taken back; passwords and connections
 * in Windmill are deleted. Run it again: `status` is then `absent`.
 * @param project Name of the project whose schema goes, for example "shop".
 * @param confirm The project's name once more; anything else is refused.
 * @param maxDumpBytes The largest schema to dump, in bytes; a larger one is refused and nothing changes.
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  confirm: string,
  maxDumpBytes = 1_073_741_824,
  db: Postgresql = "$res:f/infra/postgres",
): Promise<DroppedSchema> {
  return withPostgres(await resource(db), (sql) =>
    dropSchema({ sql, workspace: jobWorkspace() }, { project, confirm, maxDumpBytes }),
  );
}
