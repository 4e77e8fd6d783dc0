import { withPostgres } from "../../lib/postgres/connect.ts";
import { jobPorts } from "../../lib/projects/ports.ts";
import { lockKind } from "../../lib/projects/takedown.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Takes one kind of a project's resources out of use and loses nothing: roles may no longer log in, routes answer 410.
 * It is the step that the flow delete_project repeats, and safe to repeat; restore_project takes it back.
 * @param project Name of the project, for example "shop", or "shop-staging" for an environment.
 * @param kind The kind, from `locks` of list_resources.
 * @param db The server's Postgres.
 */
export async function main(project: string, kind: string, db: Postgresql = "$res:f/infra/postgres") {
  const server = await resource(db);
  return withPostgres(server, (sql) => lockKind(jobPorts(sql, server), { project, kind }));
}
