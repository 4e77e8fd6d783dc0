import { withPostgres } from "../../lib/postgres/connect.ts";
import { type RotatedSecrets, rotateSecrets } from "../../lib/projects/env.ts";
import { jobPorts } from "../../lib/projects/ports.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Rotates every password of a project: its Postgres roles and its Redis user get new ones, kept where the old ones were.
 * The old ones go on working until `previousWorksUntil`; give the app its new environment (get_env) until then.
 * @param project Name of the project, for example "shop", or "shop-staging" for an environment.
 * @param graceSeconds How long the old passwords go on working, 0 to 2592000; 0 ends them at once.
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  graceSeconds = 86_400,
  db: Postgresql = "$res:f/infra/postgres",
): Promise<RotatedSecrets> {
  const server = await resource(db);
  const asked = { project, graceSeconds: graceSeconds ?? 86_400 };
  return withPostgres(server, (sql) => rotateSecrets(jobPorts(sql, server), asked));
}
