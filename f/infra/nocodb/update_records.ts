import { openNocodb } from "../../lib/nocodb/client.ts";
import { type UpdatedRecords, updateRecords } from "../../lib/nocodb/update_records.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Nocodb, type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Changes fields of records in a NocoDB table, any number up to 100,000, in few round trips. Fields that are not named
 * stay. When one of the records is not there, none is changed.
 * @param project Name of the project, for example "shop".
 * @param table Title of the table, or its name in Postgres.
 * @param records What to change: [{"id": 7, "fields": {"State": "paid"}}]. A link takes all ids it is to have afterwards.
 * @param db The server's Postgres, for the audit.
 * @param nocodb NocoDB.
 */
export async function main(
  project: string,
  table: string,
  records: object[],
  db: Postgresql = "$res:f/infra/postgres",
  nocodb: Nocodb = "$res:f/infra/nocodb",
): Promise<UpdatedRecords> {
  const api = openNocodb(await resource(nocodb));
  return withPostgres(await resource(db), (sql) => updateRecords({ sql, nocodb: api }, { project, table, records }));
}
