import { projectName } from "../../lib/names.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { checkDrift, type DriftReport } from "../../lib/projects/drift.ts";
import { jobPorts } from "../../lib/projects/ports.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Compares a project, or all of them, with the manifest that was applied last: schema, roles and rights, tables, site,
 * routes and every other kind of resource, in one report. A service that does not answer is reported as `unknown`.
 * Answers { items: [{ project, environment, status, kinds: [{ kind, status, findings, problem }] }] }, where status is
 * "matches", "drifted", "unknown" or "deleted". reconcile_project shows the way back.
 * @param project Name of the project, for example "shop", or "shop-staging" for an environment; all when left out.
 * @param db The server's Postgres.
 */
export async function main(
  project?: string,
  db: Postgresql = "$res:f/infra/postgres",
): Promise<{ items: DriftReport[] }> {
  const server = await resource(db);
  const name = project == null ? null : projectName(project);
  return withPostgres(server, (sql) => checkDrift(jobPorts(sql, server), { project: name }));
}
