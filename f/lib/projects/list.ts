import { type Page, pageCursor, pageLimit } from "../page.ts";
import type { Sql } from "../postgres/connect.ts";
import { type Project, projectsAfter } from "./record.ts";

/**
 * The projects in name order. Pass `nextCursor` of one page to get the next; the last page has none.
 * Throws InvalidInput for a limit outside of 1 to 500 or a cursor that no page gave.
 */
export async function listProjects(
  sql: Sql,
  { cursor, limit }: { cursor?: string; limit?: number } = {},
): Promise<Page<Project>> {
  const after = pageCursor(cursor);
  const take = pageLimit(limit);
  const found = await projectsAfter(sql, after, take + 1);
  const items = found.slice(0, take);
  return found.length > take ? { items, nextCursor: items.at(-1)!.project } : { items };
}
