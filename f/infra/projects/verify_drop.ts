import { withPostgres } from "../../lib/postgres/connect.ts";
import { jobPorts } from "../../lib/projects/ports.ts";
import { planDrop } from "../../lib/projects/takedown.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Says whether a project may be dropped for good, and in which steps: only a deleted one may, and only when its name is
 * confirmed. It is the first step of the flow drop_project and changes nothing. Answers { project, drops }.
 * @param project Name of the project, for example "shop", or "shop-staging" for an environment.
 * @param confirm The project's name once more; anything else is refused.
 * @param db The server's Postgres.
 */
export async function main(project: string, confirm: string, db: Postgresql = "$res:f/infra/postgres") {
  const server = await resource(db);
  return withPostgres(server, (sql) => planDrop(jobPorts(sql, server), { project, confirm }));
}
