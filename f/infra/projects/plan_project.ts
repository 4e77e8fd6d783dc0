import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Plan, planProject } from "../../lib/projects/plan.ts";
import { jobPorts } from "../../lib/projects/ports.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Shows what applying a project's manifest would change on the server, and changes nothing. Each change has a kind, an
 * action, what, why and a risk ("safe", "restart" or "data loss"); `hash` stands for exactly this plan and can be passed
 * to apply_project, which then refuses any other. `status` is "empty" when all is as it should be.
 * @param project Name of the project, for example "shop"; not needed when the manifest is given.
 * @param manifest Content of run8n.json; without it the manifest that was applied last, or that of a new project.
 * @param template What a new project is made from when no manifest says: "static".
 * @param environment "production", "staging", or the name of a preview, such as "fix-42".
 * @param db The server's Postgres.
 */
export async function main(
  project?: string,
  manifest?: object,
  template?: string,
  environment = "production",
  db: Postgresql = "$res:f/infra/postgres",
): Promise<Plan> {
  const server = await resource(db);
  const asked = { project, manifest, template, environment };
  return withPostgres(server, (sql) => planProject(jobPorts(sql, server), asked));
}
