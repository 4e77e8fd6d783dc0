import { type EnsuredAccounts, ensureAccounts } from "../../lib/accounts/ensure.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Makes a project's accounts and organizations possible: the tables account, organization, organization_member and
 * organization_invite in its schema, and who may join. A user of another project that shares the GoTrue is nobody here.
 * Run it again at any time: `status` is then `unchanged`, or `updated` when something was put right.
 * @param project Name of the project, for example "shop". Its schema must exist (f/infra/postgres/ensure_schema).
 * @param signUp "open" lets everyone join who has signed up, "invited" only whom a member has invited.
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  signUp: "open" | "invited" = "open",
  db: Postgresql = "$res:f/infra/postgres",
): Promise<EnsuredAccounts> {
  return withPostgres(await resource(db), (sql) => ensureAccounts(sql, { project, signUp: signUp ?? "open" }));
}
