import { deleteRoute } from "../../lib/caddy/delete.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Caddy, type Postgresql, resource } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Stops serving one of a project's host names; files and apps behind it stay as they are. Safe to repeat. Answers
 * { project, host, status }.
 * @param project Name of the project the host belongs to.
 * @param hostname Custom domain to stop serving; without it the project's own name below the server's domain.
 * @param caddy Edge proxy to change.
 * @param db Postgres that keeps the record of all routes.
 */
export async function main(
  project: string,
  hostname?: string,
  caddy: Caddy = "$res:f/infra/caddy",
  db: Postgresql = "$res:f/infra/postgres",
) {
  const edge = await resource(caddy);
  return withPostgres(await resource(db), (sql) =>
    deleteRoute({ sql, caddy: edge, workspace: jobWorkspace(), project, hostname }),
  );
}
