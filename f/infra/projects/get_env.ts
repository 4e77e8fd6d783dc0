import { withPostgres } from "../../lib/postgres/connect.ts";
import { type ProjectEnv, projectEnv } from "../../lib/projects/env.ts";
import { jobPorts } from "../../lib/projects/ports.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Answers what the app of a project needs in its environment, as for a `.env` file: DATABASE_URL (the app's role),
 * DIRECT_DATABASE_URL (the owner's, for migrations), READONLY_DATABASE_URL, SHADOW_DATABASE_URL, REDIS_URL, STORAGE_URL, SITE_URL and
 * so on. It holds passwords: call it with run_wait_result, the answer is deleted from the job table at once.
 * @param project Name of the project, for example "shop", or "shop-staging" for an environment.
 * @param db The server's Postgres.
 * @delete_after_secs 0
 */
export async function main(project: string, db: Postgresql = "$res:f/infra/postgres"): Promise<ProjectEnv> {
  const server = await resource(db);
  return withPostgres(server, (sql) => projectEnv(jobPorts(sql, server), project));
}
