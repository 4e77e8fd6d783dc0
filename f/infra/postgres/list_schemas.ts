import type { Page } from "../../lib/page.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { listSchemas, type SchemaItem } from "../../lib/postgres/list_schemas.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Lists the Postgres schemas of projects with owner, number of tables and size in bytes, and the tombstones of dropped
 * ones with the time until which restore_schema brings them back.
 * @param cursor `nextCursor` of the page before; leave it out for the first page.
 * @param limit How many schemas a page may have, 1 to 500.
 * @param db The server's Postgres.
 */
export async function main(
  cursor = "",
  limit = 100,
  db: Postgresql = "$res:f/infra/postgres",
): Promise<Page<SchemaItem>> {
  return withPostgres(await resource(db), (sql) => listSchemas(sql, { cursor, limit }));
}
