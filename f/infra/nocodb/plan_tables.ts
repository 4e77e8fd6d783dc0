import { openNocodb } from "../../lib/nocodb/client.ts";
import { planTables, type TablesPlan } from "../../lib/nocodb/plan_tables.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Nocodb, type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Shows what `apply_tables` would change in a project's NocoDB base so that all tables are as defined: tables and fields
 * that are new, changed or removed, which of it would lose values and in how many records, and the `planHash` to pass on.
 * Changes nothing.
 * @param project Name of the project, for example "shop".
 * @param tables The tables, each as in schemas/table.schema.json; they may link to one another in any order. Tables of the base that are not among them are left alone.
 * @param removeFields Whether fields that a definition lacks go; otherwise they stay and are named in `warnings`. Links always stay.
 * @param db The server's Postgres.
 * @param nocodb NocoDB.
 */
export async function main(
  project: string,
  tables: object[],
  removeFields = false,
  db: Postgresql = "$res:f/infra/postgres",
  nocodb: Nocodb = "$res:f/infra/nocodb",
): Promise<TablesPlan> {
  const api = openNocodb(await resource(nocodb));
  return withPostgres(await resource(db), (sql) => planTables({ sql, nocodb: api }, { project, tables, removeFields }));
}
