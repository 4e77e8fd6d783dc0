import { type EnsuredPolicies, ensurePolicies } from "../../lib/accounts/ensure_policies.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Binds the rows of a project's tables to the signed-in user by row-level security: routes that work with `asUser` then
 * read and write only rows of that user, or of an organization the user belongs to. Run it after the migration that
 * creates a table, and again at any time; tables that are not named keep what they have.
 * @param project Name of the project, for example "shop".
 * @param tables The tables, each with the uuid column that holds the id of the user or of the organization, for example [{ "table": "note", "column": "organization_id", "belongsTo": "organization", "writeRole": "member" }].
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  tables: {
    table: string;
    column: string;
    belongsTo: "user" | "organization";
    writeRole?: "owner" | "admin" | "member";
  }[],
  db: Postgresql = "$res:f/infra/postgres",
): Promise<EnsuredPolicies> {
  return withPostgres(await resource(db), (sql) => ensurePolicies(sql, { project, tables }));
}
