import { openNocodb } from "../../lib/nocodb/client.ts";
import { type CreatedRecords, createRecords } from "../../lib/nocodb/create_records.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Nocodb, type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Creates records in a NocoDB table, any number up to 100,000, in few round trips, and answers their ids. Every record is
 * checked first: a field that the table lacks is refused, not dropped.
 * @param project Name of the project, for example "shop".
 * @param table Title of the table, or its name in Postgres.
 * @param records The records as objects of fields by title: [{"What": "tea", "Tags": ["new"], "Customer": 12}]. A link takes the id of a record or a list of them.
 * @param keyField A field in which each record has a value of its own, such as an e-mail address: records whose value is there already are skipped, so a call that was cut short can be made again.
 * @param db The server's Postgres, for the audit.
 * @param nocodb NocoDB.
 */
export async function main(
  project: string,
  table: string,
  records: object[],
  keyField = "",
  db: Postgresql = "$res:f/infra/postgres",
  nocodb: Nocodb = "$res:f/infra/nocodb",
): Promise<CreatedRecords> {
  const api = openNocodb(await resource(nocodb));
  return withPostgres(await resource(db), (sql) =>
    createRecords({ sql, nocodb: api }, { project, table, records, keyField }),
  );
}
