import { withPostgres } from "../../lib/postgres/connect.ts";
import { type CopiedSchema, copySchema } from "../../lib/postgres/copy/copy.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Makes a project's schema a copy of another's, for a preview or for staging: structure, rights, policies and the record
 * of migrations, and with `data` every row as it is at one moment. The schema is made when it is missing, and must be
 * empty. The source is only read. Run it again: `status` is then `unchanged`.
 * @param project Name of the project that gets the copy, for example "shop-staging".
 * @param from Name of the project that is copied, for example "shop".
 * @param data Whether rows come along; without them people's data stays where it is.
 * @param maxBytes The most bytes of tables to copy, when rows come along.
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  from: string,
  data = false,
  maxBytes = 1_073_741_824,
  db: Postgresql = "$res:f/infra/postgres",
): Promise<CopiedSchema> {
  const server = await resource(db);
  return withPostgres(server, (sql) =>
    copySchema({ sql, db: server, workspace: jobWorkspace() }, { project, from, data, maxBytes }),
  );
}
