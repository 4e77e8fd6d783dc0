import { type AppliedTables, applyTables } from "../../lib/nocodb/apply_tables.ts";
import { openNocodb } from "../../lib/nocodb/client.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Nocodb, type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Makes all tables of a project's NocoDB base as defined, in the order their links need. Changes that lose values are made
 * only with the hash of the plan that shows them, after a backup of the table. Run it again: `status` is then `unchanged`.
 * @param project Name of the project, for example "shop".
 * @param tables The tables, each as in schemas/table.schema.json; they may link to one another in any order. Tables of the base that are not among them are left alone.
 * @param removeFields Whether fields that a definition lacks go. Links always stay.
 * @param planHash `planHash` of plan_tables, to do exactly that; needed when values would be lost.
 * @param db The server's Postgres, which keeps the backups.
 * @param nocodb NocoDB.
 */
export async function main(
  project: string,
  tables: object[],
  removeFields = false,
  planHash = "",
  db: Postgresql = "$res:f/infra/postgres",
  nocodb: Nocodb = "$res:f/infra/nocodb",
): Promise<AppliedTables> {
  const api = openNocodb(await resource(nocodb));
  return withPostgres(await resource(db), (sql) =>
    applyTables({ sql, nocodb: api }, { project, tables, removeFields, planHash }),
  );
}
