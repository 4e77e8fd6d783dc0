import { openNocodb } from "../../lib/nocodb/client.ts";
import { type DeletedRecords, deleteRecords } from "../../lib/nocodb/delete_records.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Nocodb, type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Deletes records of a NocoDB table by their ids or by a filter. Unless `dryRun` is false it only counts them: `status` is
 * then `planned`. Records that are gone already are no error.
 * @param project Name of the project, for example "shop".
 * @param table Title of the table, or its name in Postgres.
 * @param ids The ids of the records, as list_records answers them; or
 * @param where a filter in NocoDB's language, as in list_records.
 * @param dryRun Whether to count only.
 * @param db The server's Postgres, for the audit.
 * @param nocodb NocoDB.
 */
export async function main(
  project: string,
  table: string,
  ids: (number | string)[] = [],
  where = "",
  dryRun = true,
  db: Postgresql = "$res:f/infra/postgres",
  nocodb: Nocodb = "$res:f/infra/nocodb",
): Promise<DeletedRecords> {
  const api = openNocodb(await resource(nocodb));
  return withPostgres(await resource(db), (sql) =>
    deleteRecords({ sql, nocodb: api }, { project, table, ids, where, dryRun }),
  );
}
