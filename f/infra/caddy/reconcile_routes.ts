import { reconcileRoutes } from "../../lib/caddy/reconcile.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Caddy, type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Makes the edge proxy serve every recorded route again, for example after its configuration was reloaded from a file.
 * The list of domains that it may get certificates for is put right as well. Changes nothing when all is as recorded.
 * Answers { routes, restored, updated, conflicts, unrecorded, certificates, status } with the hosts concerned.
 * @param caddy Edge proxy to bring in line.
 * @param db Postgres that keeps the record of all routes.
 */
export async function main(caddy: Caddy = "$res:f/infra/caddy", db: Postgresql = "$res:f/infra/postgres") {
  const edge = await resource(caddy);
  return withPostgres(await resource(db), (sql) => reconcileRoutes({ sql, caddy: edge }));
}
