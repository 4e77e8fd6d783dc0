import { openNocodb } from "../../lib/nocodb/client.ts";
import { type EnsuredField, ensureField } from "../../lib/nocodb/ensure_field.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Nocodb, type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Makes one field of a NocoDB table exist as defined and leaves the table's other fields alone. As in ensure_table, a
 * change that would lose values is only planned until `confirm` is given, and backed up before it is done.
 * @param project Name of the project, for example "shop".
 * @param table Title of the table, or its name in Postgres.
 * @param definition The field, as one of `fields` in schemas/table.schema.json: {"title": "State", "type": "SingleSelect", "choices": ["new", "paid"]}.
 * @param confirm The field's title, once you have read the plan of what would be lost.
 * @param db The server's Postgres.
 * @param nocodb NocoDB.
 */
export async function main(
  project: string,
  table: string,
  definition: object,
  confirm = "",
  db: Postgresql = "$res:f/infra/postgres",
  nocodb: Nocodb = "$res:f/infra/nocodb",
): Promise<EnsuredField> {
  const api = openNocodb(await resource(nocodb));
  return withPostgres(await resource(db), (sql) =>
    ensureField({ sql, nocodb: api }, { project, table, definition, confirm }),
  );
}
