import { projectName } from "../../lib/names.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Project, requireProject } from "../../lib/projects/record.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Answers one project: template, status (`provisioning`, `live` or `deleted`), URL, schema, folder, when it was made and went
 * live, and the time that took from the command on: `secondsToLive`, and `phases` with the seconds of each part's first run.
 * @param project Name of the project, for example "shop".
 * @param db The server's Postgres.
 */
export async function main(project: string, db: Postgresql = "$res:f/infra/postgres"): Promise<Project> {
  const name = projectName(project);
  return withPostgres(await resource(db), (sql) => requireProject(sql, name));
}
