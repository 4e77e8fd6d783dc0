import { listOperations, type OperationItem } from "../../lib/operations/list.ts";
import type { Page } from "../../lib/page.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Lists what was done to projects, newest first: verb, who called, arguments without secrets, status, result or error,
 * time and duration. Answers { items, nextCursor }.
 * @param project Name of the project, for example "shop"; all when left out.
 * @param failed Only what failed.
 * @param cursor `nextCursor` of the page before; leave it out for the first page.
 * @param limit How many a page may have, 1 to 500.
 * @param db The server's Postgres.
 */
export async function main(
  project?: string,
  failed = false,
  cursor = "",
  limit = 50,
  db: Postgresql = "$res:f/infra/postgres",
): Promise<Page<OperationItem>> {
  return withPostgres(await resource(db), (sql) => listOperations(sql, { project, failed, cursor, limit }));
}
