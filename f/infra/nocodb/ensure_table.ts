import { openNocodb } from "../../lib/nocodb/client.ts";
import { type EnsuredTable, ensureTable } from "../../lib/nocodb/ensure_table.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Nocodb, type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Makes a table of a project's NocoDB base exist as defined: adds, retitles and retypes fields, and answers the table as it
 * is then with every field's id, column name and type. Run it again with a changed definition to change the table. When a
 * change would lose values, nothing happens: `status` is `planned`, and `changes` says what would go and from how many
 * records; call again with `confirm`, and it is done after a backup.
 * @param project Name of the project, for example "shop".
 * @param definition The table, as in schemas/table.schema.json: {"title": "Orders", "fields": [{"title": "What", "type": "SingleLineText", "required": true}, {"title": "State", "type": "SingleSelect", "choices": ["new", "paid"], "default": "new"}, {"title": "Items", "type": "Links", "table": "Items", "relation": "has_many"}]}. A field is known by its name (its column; made from the title when left out), then by its title.
 * @param removeFields Whether fields that the definition lacks go; otherwise they stay and are named in `warnings`. Links always stay.
 * @param confirm The table's title, once you have read the plan of what would be lost.
 * @param db The server's Postgres.
 * @param nocodb NocoDB.
 */
export async function main(
  project: string,
  definition: object,
  removeFields = false,
  confirm = "",
  db: Postgresql = "$res:f/infra/postgres",
  nocodb: Nocodb = "$res:f/infra/nocodb",
): Promise<EnsuredTable> {
  const api = openNocodb(await resource(nocodb));
  return withPostgres(await resource(db), (sql) =>
    ensureTable({ sql, nocodb: api }, { project, definition, removeFields, confirm }),
  );
}
