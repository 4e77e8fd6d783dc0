import { openNocodb } from "../../lib/nocodb/client.ts";
import { listTables, type TableList } from "../../lib/nocodb/list_tables.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Nocodb, type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Lists the tables of a project's NocoDB base with all their fields: title, column name in Postgres, type, choices, links.
 * @param project Name of the project, for example "shop".
 * @param db The server's Postgres.
 * @param nocodb NocoDB.
 */
export async function main(
  project: string,
  db: Postgresql = "$res:f/infra/postgres",
  nocodb: Nocodb = "$res:f/infra/nocodb",
): Promise<TableList> {
  const api = openNocodb(await resource(nocodb));
  return withPostgres(await resource(db), (sql) => listTables({ sql, nocodb: api }, project));
}
