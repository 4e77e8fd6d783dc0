import { type ListedUser, listUsers } from "../../lib/accounts/list_users.ts";
import type { Page } from "../../lib/page.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Lists the users of one project, page by page, in the order of their ids.
 * @param project Name of the project, for example "shop".
 * @param cursor `nextCursor` of the page before; none for the first.
 * @param limit How many at most, 1 to 500.
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  cursor?: string,
  limit = 100,
  db: Postgresql = "$res:f/infra/postgres",
): Promise<Page<ListedUser>> {
  return withPostgres(await resource(db), (sql) => listUsers(sql, { project, cursor, limit }));
}
