import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";
import { type EnsuredWaitlist, ensureWaitlist } from "../../lib/waitlist/ensure.ts";

/**
 * Makes a project's waitlist table exist, with the rights that its public sign-up route needs. Run it again at any time:
 * `status` is then `unchanged`, or `updated` when something was put right.
 * @param project Name of the project, for example "shop". Its schema must exist (f/infra/postgres/ensure_schema).
 * @param db The server's Postgres.
 */
export async function main(project: string, db: Postgresql = "$res:f/infra/postgres"): Promise<EnsuredWaitlist> {
  return withPostgres(await resource(db), (sql) => ensureWaitlist(sql, project));
}
