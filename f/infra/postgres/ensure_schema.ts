import { withPostgres } from "../../lib/postgres/connect.ts";
import { type EnsuredSchema, ensureSchema } from "../../lib/postgres/ensure_schema.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Makes a project's Postgres schema exist, with an owner, an app and a read-only role that reach nothing else. Their
 * passwords are kept as secret variables and their connections as `postgresql` resources in the project's folder; the
 * result names the paths. Run it again at any time: a drift is put right, and `status` is `unchanged` when there is none.
 * @param project Name of the project, for example "shop".
 * @param extensions Postgres extensions that the project needs, for example ["vector", "pgcrypto"]; those it has already stay.
 * @param shadow Whether the owner needs a shadow database, which `prisma migrate dev` empties as it likes; one that it has already stays.
 * @param db The server's Postgres, with a login that may create roles and schemas.
 */
export async function main(
  project: string,
  extensions: string[] = [],
  shadow = false,
  db: Postgresql = "$res:f/infra/postgres",
): Promise<EnsuredSchema> {
  const server = await resource(db);
  return withPostgres(server, (sql) =>
    ensureSchema({ sql, db: server, workspace: jobWorkspace() }, project, { extensions, shadow }),
  );
}
