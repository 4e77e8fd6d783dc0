import { withPostgres } from "../../lib/postgres/connect.ts";
import { jobPorts } from "../../lib/projects/ports.ts";
import { type DroppedProject, dropProject } from "../../lib/projects/takedown.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";
import { showProgress } from "../../lib/windmill/progress.ts";

/**
 * Drops everything of a deleted project and its environments for good; `kept` in the answer names what was kept, such as
 * the dump of its schema. It is the step of the flow drop_project, which tries it again; call that.
 * @param project Name of the project, for example "shop", or "shop-staging" for an environment.
 * @param confirm The project's name once more; anything else is refused.
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  confirm: string,
  db: Postgresql = "$res:f/infra/postgres",
): Promise<DroppedProject> {
  const server = await resource(db);
  return withPostgres(server, (sql) => dropProject(jobPorts(sql, server), { project, confirm }, showProgress));
}
