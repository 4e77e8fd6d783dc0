import { withPostgres } from "../../lib/postgres/connect.ts";
import { jobPorts } from "../../lib/projects/ports.ts";
import { type PublishedProject, publishProject } from "../../lib/projects/publish.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Looks at everything of a project once more, and sets it live when all of it is as its manifest says; else the answer
 * is a conflict that lists what is not. It is the last step of the flow apply_project, and sums up whether anything changed.
 * @param manifest Content of run8n.json, which names the project.
 * @param steps What was applied and what came of it, for example [{ "name": "schema", "status": "created" }].
 * @param environment "production", "staging", or the name of a preview, such as "fix-42".
 * @param planHash `hash` of the plan that was applied, for the record of what was done.
 * @param db The server's Postgres.
 */
export async function main(
  manifest: object,
  steps: { name: string; status: string }[],
  environment = "production",
  planHash?: string,
  db: Postgresql = "$res:f/infra/postgres",
): Promise<PublishedProject> {
  const server = await resource(db);
  const asked = { manifest, steps, environment, planHash };
  return withPostgres(server, (sql) => publishProject(jobPorts(sql, server), asked));
}
