import { withPostgres } from "../../lib/postgres/connect.ts";
import { type PublishedProject, publishProject } from "../../lib/projects/publish.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Sets a project live after everything it needs has been ensured, and sums up whether anything changed. It is the last
 * step of the flow apply_project.
 * @param project Name of the project, for example "shop".
 * @param steps What was ensured and what came of it, for example [{ "name": "schema", "status": "unchanged" }].
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  steps: { name: string; status: string }[],
  db: Postgresql = "$res:f/infra/postgres",
): Promise<PublishedProject> {
  return withPostgres(await resource(db), (sql) => publishProject(sql, project, steps));
}
