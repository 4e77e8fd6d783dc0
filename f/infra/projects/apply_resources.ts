import { withPostgres } from "../../lib/postgres/connect.ts";
import { type AppliedProject, applyProject } from "../../lib/projects/apply_project.ts";
import { jobPorts } from "../../lib/projects/ports.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";
import { showProgress } from "../../lib/windmill/progress.ts";

/**
 * Plans a project, makes what its plan lacks kind by kind, looks at everything once more and sets it live. It is the
 * step of the flow apply_project, which tries it again; call that. Answers `{ project, url, status, secondsToLive, expiresAt, steps }`.
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
): Promise<AppliedProject> {
  const server = await resource(db);
  const asked = { project, manifest, template, environment, planHash };
  return withPostgres(server, (sql) => applyProject(jobPorts(sql, server), asked, showProgress));
}
