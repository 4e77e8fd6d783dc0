import { type Page, pageCursor, pageLimit } from "../page.ts";
import type { Sql } from "./connect.ts";

export type SchemaItem = { project: string; schema: string; owner: string; tables: number; sizeBytes: number };

/**
 * The schemas of projects in name order, with their tables and the bytes these take with indexes. Pass `nextCursor` of
 * one page to get the next; the last page has none. Tombstones of dropped schemas and schemas of others are not listed.
 * Throws InvalidInput for a limit outside of 1 to 500 or a cursor that no page gave.
 */
export async function listSchemas(
  sql: Sql,
  { cursor, limit }: { cursor?: string; limit?: number } = {},
): Promise<Page<SchemaItem>> {
  const after = pageCursor(cursor);
  const take = pageLimit(limit);
  const { rows } = await sql.query<SchemaItem>(
    `select project, nspname as schema, pg_get_userbyid(nspowner) as owner,
            (select count(*)::int from pg_class where relnamespace = oid_ and relkind in ('r', 'p')) as tables,
            (select coalesce(sum(pg_total_relation_size(oid)), 0)::float8 from pg_class
              where relnamespace = oid_ and relkind in ('r', 'm')) as "sizeBytes"
       from (select oid as oid_, nspname, nspowner,
                    substring(obj_description(oid, 'pg_namespace') from '^run8n project (.*)$') as project
               from pg_namespace) as found
      where nspname = replace(project, '-', '_') and nspname > $1
      order by nspname
      limit $2`,
    [after, take + 1],
  );
  const items = rows.slice(0, take);
  return rows.length > take ? { items, nextCursor: items.at(-1)!.schema } : { items };
}
