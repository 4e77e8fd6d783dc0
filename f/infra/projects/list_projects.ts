import type { Page } from "../../lib/page.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { listProjects } from "../../lib/projects/list.ts";
import type { Project } from "../../lib/projects/record.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";

/**
 * Lists the projects with template, status, URL and times.
 * @param cursor `nextCursor` of the page before; leave it out for the first page.
 * @param limit How many projects a page may have, 1 to 500.
 * @param db The server's Postgres.
 */
export async function main(cursor = "", limit = 100, db: Postgresql = "$res:f/infra/postgres"): Promise<Page<Project>> {
  return withPostgres(await resource(db), (sql) => listProjects(sql, { cursor, limit }));
}
