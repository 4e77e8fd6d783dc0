import { withPostgres } from "../../lib/postgres/connect.ts";
import { type DroppedProjects, dropEnded } from "../../lib/projects/drop_ended.ts";
import { jobPorts } from "../../lib/projects/ports.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Drops every project whose time is over, each after a verified dump: previews that have expired, and projects that were
 * deleted more than seven days ago. A schedule does so every hour. Only lists them unless `dryRun` is false. Answers
 * { status, items: [{ project, why, since, problem }], failed: [{ project, code, message }] }; what failed is tried again
 * by the next call.
 * @param dryRun Whether to only list what would go.
 * @param db The server's Postgres.
 */
export async function main(dryRun = true, db: Postgresql = "$res:f/infra/postgres"): Promise<DroppedProjects> {
  const server = await resource(db);
  return withPostgres(server, (sql) => dropEnded(jobPorts(sql, server), { dryRun }));
}
