import { projectName } from "../../lib/names.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { jobPorts } from "../../lib/projects/ports.ts";
import { type Reconciled, reconcileProject } from "../../lib/projects/reconcile.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Leads a project back to the manifest that was applied to it last. Unless told otherwise it only plans; look at the plan,
 * then call again with dryRun false. A way back that would lose data is refused: apply_project takes it with its hash.
 * @param project Name of the project, for example "shop", or "shop-staging" for an environment.
 * @param dryRun Only show the plan; false does it.
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  dryRun = true,
  db: Postgresql = "$res:f/infra/postgres",
): Promise<Reconciled> {
  const server = await resource(db);
  const asked = { project: projectName(project), dryRun: dryRun ?? true };
  return withPostgres(server, (sql) => reconcileProject(jobPorts(sql, server), asked));
}
