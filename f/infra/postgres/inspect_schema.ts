import { withPostgres } from "../../lib/postgres/connect.ts";
import { type InspectedSchema, inspectSchema } from "../../lib/postgres/inspect/inspect.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Shows a project's schema (tables, columns, keys, indexes, sizes) with advice on what is wrong and the SQL that mends it:
 * missing primary keys, unindexed foreign keys, duplicate, unused or broken indexes, tables that strangers may read
 * without row security, sequences near their end, bloat. Changes nothing; put the SQL into a migration.
 * @param project Name of the project, for example "shop".
 * @param tables Only these tables and views; all of them when empty.
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  tables: string[] = [],
  db: Postgresql = "$res:f/infra/postgres",
): Promise<InspectedSchema> {
  return withPostgres(await resource(db), (sql) => inspectSchema(sql, { project, tables }));
}
