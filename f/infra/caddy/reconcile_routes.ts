import { reconcileRoutes } from "../../lib/caddy/reconcile.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Caddy, type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Makes the edge proxy serve every recorded route again, for example after its configuration was reloaded from a file.
 * Changes nothing when all of them are served as recorded. Answers { routes, restored, updated, conflicts, unrecorded,
 * status } with the hosts concerned.
 * @param caddy Edge proxy to bring in line.
 * @param db Postgres that keeps the record of all routes.
 */
export async function main(caddy: Caddy = "$res:f/infra/caddy", db: Postgresql = "$res:f/infra/postgres") {
  const edge = await resource(caddy);
  return withPostgres(await resource(db), (sql) => reconcileRoutes({ sql, caddy: edge }));
}
