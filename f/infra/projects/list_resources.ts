import { withPostgres } from "../../lib/postgres/connect.ts";
import { jobPorts } from "../../lib/projects/ports.ts";
import { listResources, type Resources } from "../../lib/projects/resources.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Lists everything that there is of a project and its environments on every service: record, Windmill folder with its
 * items, keys, schemas, roles, files, routes. It looks at the services themselves, so it also finds what no record knows.
 * Answers { project, items: [{ project, kind, what }], locks, drops }; the last two are the steps of taking it down.
 * @param project Name of the project, for example "shop".
 * @param db The server's Postgres.
 */
export async function main(project: string, db: Postgresql = "$res:f/infra/postgres"): Promise<Resources> {
  const server = await resource(db);
  return withPostgres(server, (sql) => listResources(jobPorts(sql, server), project));
}
