import { withPostgres } from "../../lib/postgres/connect.ts";
import type { AppliedProject } from "../../lib/projects/apply_project.ts";
import { jobPorts } from "../../lib/projects/ports.ts";
import { restoreProject } from "../../lib/projects/restore.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";
import { showProgress } from "../../lib/windmill/progress.ts";

/**
 * Takes the mark of deletion off a project and opens again what was locked. It is the step of the flow restore_project,
 * which tries it again; call that. Answers as apply_resources does.
 * @param project Name of the project, for example "shop", or "shop-staging" for an environment.
 * @param db The server's Postgres.
 */
export async function main(project: string, db: Postgresql = "$res:f/infra/postgres"): Promise<AppliedProject> {
  const server = await resource(db);
  return withPostgres(server, (sql) => restoreProject(jobPorts(sql, server), project, showProgress));
}
