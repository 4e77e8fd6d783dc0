import { withPostgres } from "../../lib/postgres/connect.ts";
import { jobPorts } from "../../lib/projects/ports.ts";
import { type TakenDown, verifyTakedown } from "../../lib/projects/takedown.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Says what has become of a project that was deleted or dropped, by looking at every service: `deleted` with the time
 * until which it can be restored, or `absent` when nothing of it is left. Anything else is a conflict that lists what is.
 * It is the last step of the flows delete_project and drop_project.
 * @param project Name of the project, for example "shop", or "shop-staging" for an environment.
 * @param db The server's Postgres.
 */
export async function main(project: string, db: Postgresql = "$res:f/infra/postgres"): Promise<TakenDown> {
  const server = await resource(db);
  return withPostgres(server, (sql) => verifyTakedown(jobPorts(sql, server), project));
}
