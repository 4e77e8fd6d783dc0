import { openNocodb } from "../../lib/nocodb/client.ts";
import { type DroppedTable, dropTable } from "../../lib/nocodb/drop_table.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Nocodb, type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Drops a table of a project's NocoDB base, with its records and the links that lead to it, after a backup of all records
 * and fields. Run it again: `status` is then `absent`.
 * @param project Name of the project, for example "shop".
 * @param table Title of the table, or its name in Postgres.
 * @param confirm The same once more; anything else is refused.
 * @param db The server's Postgres, which keeps the backup.
 * @param nocodb NocoDB.
 */
export async function main(
  project: string,
  table: string,
  confirm: string,
  db: Postgresql = "$res:f/infra/postgres",
  nocodb: Nocodb = "$res:f/infra/nocodb",
): Promise<DroppedTable> {
  const api = openNocodb(await resource(nocodb));
  return withPostgres(await resource(db), (sql) => dropTable({ sql, nocodb: api }, { project, table, confirm }));
}
