import { withPostgres } from "../../lib/postgres/connect.ts";
import { jobPorts } from "../../lib/projects/ports.ts";
import { deleteProject, type TakenDown } from "../../lib/projects/takedown.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";
import { showProgress } from "../../lib/windmill/progress.ts";

/**
 * Takes everything of a project and its environments out of use and loses nothing: roles may no longer log in, routes
 * answer 410. It is the step of the flow delete_project, which tries it again; call that. Answers
 * `{ project, status, deletedAt, dropAt }`.
 * @param project Name of the project, for example "shop", or "shop-staging" for an environment.
 * @param db The server's Postgres.
 */
export async function main(project: string, db: Postgresql = "$res:f/infra/postgres"): Promise<TakenDown> {
  const server = await resource(db);
  return withPostgres(server, (sql) => deleteProject(jobPorts(sql, server), project, showProgress));
}
