import { withPostgres } from "../../lib/postgres/connect.ts";
import { checkPlan, type Plan, planProject } from "../../lib/projects/plan.ts";
import { jobPorts } from "../../lib/projects/ports.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Plans like plan_project and refuses what may not be applied: a plan whose hash is no longer the given one, and one
 * that loses data when no hash says that somebody has seen it. It is the first step of the flow apply_project.
 * @param project Name of the project, for example "shop"; not needed when the manifest is given.
 * @param manifest Content of run8n.json; without it the manifest that was applied last, or that of a new project.
 * @param template What a new project is made from when no manifest says: "static".
 * @param environment "production", "staging", or the name of a preview, such as "fix-42".
 * @param planHash `hash` of the plan that is meant; needed only when data would be lost.
 * @param db The server's Postgres.
 */
export async function main(
  project?: string,
  manifest?: object,
  template?: string,
  environment = "production",
  planHash?: string,
  db: Postgresql = "$res:f/infra/postgres",
): Promise<Plan> {
  const server = await resource(db);
  const asked = { project, manifest, template, environment };
  return withPostgres(server, async (sql) => checkPlan(await planProject(jobPorts(sql, server), asked), planHash));
}
