import { openNocodb } from "../../lib/nocodb/client.ts";
import { type EnsuredBase, ensureBase } from "../../lib/nocodb/ensure_base.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Nocodb, type Postgresql, resource } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Makes a project's NocoDB base exist, so that tables can be prototyped and records edited there. By default the tables
 * are in the project's own Postgres schema (run f/infra/postgres/ensure_schema first): what NocoDB makes there, apps reach
 * with SQL and Prisma. Run it again at any time, also after the owner's password was rotated.
 * @param project Name of the project, for example "shop".
 * @param storage "project_schema" for the project's own schema, "nocodb" for NocoDB's own database. Where NocoDB may use no other database it is "nocodb"; the result says which.
 * @param db The server's Postgres.
 * @param nocodb NocoDB.
 */
export async function main(
  project: string,
  storage: "project_schema" | "nocodb" = "project_schema",
  db: Postgresql = "$res:f/infra/postgres",
  nocodb: Nocodb = "$res:f/infra/nocodb",
): Promise<EnsuredBase> {
  const [server, api] = [await resource(db), openNocodb(await resource(nocodb))];
  return withPostgres(server, (sql) =>
    ensureBase({ sql, workspace: jobWorkspace(), nocodb: api }, { project, storage: storage ?? "project_schema" }),
  );
}
