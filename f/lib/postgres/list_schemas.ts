import { withTables } from "../operations/tables.ts";
import { type Page, pageCursor, pageLimit } from "../page.ts";
import type { Sql } from "./connect.ts";
import { KEPT_DAYS } from "./tombstones.ts";

export type SchemaItem = {
  project: string;
  /** The schema's name; a tombstone has another one than its project. */
  schema: string;
  status: "live" | "dropped";
  owner: string;
  tables: number;
  sizeBytes: number;
  /** For a tombstone: when it was dropped, and until when it can be restored; ISO 8601, UTC. */
  droppedAt?: string;
  restorableUntil?: string;
};

type Row = Omit<SchemaItem, "droppedAt" | "restorableUntil"> & { dropped: Date | null; until: Date | null };

/**
 * The schemas of projects in name order, with their tables and the bytes these take with indexes, and the tombstones of
 * dropped ones. Pass `nextCursor` of one page to get the next; the last page has none. Schemas of others are not listed.
 * Throws InvalidInput for a limit outside of 1 to 500 or a cursor that no page gave.
 */
export async function listSchemas(
  sql: Sql,
  { cursor, limit }: { cursor?: string; limit?: number } = {},
): Promise<Page<SchemaItem>> {
  const after = pageCursor(cursor);
  const take = pageLimit(limit);
  const { rows } = await withTables(sql, () =>
    sql.query<Row>(
      `select found.project, nspname as schema, pg_get_userbyid(nspowner) as owner,
              case when taken_at is null then 'live' else 'dropped' end as status,
              (select count(*)::int from pg_class where relnamespace = oid_ and relkind in ('r', 'p')) as tables,
              (select coalesce(sum(pg_total_relation_size(oid)), 0)::float8 from pg_class
                where relnamespace = oid_ and relkind in ('r', 'm')) as "sizeBytes",
              taken_at as dropped, taken_at + make_interval(days => $3) as until
         from (select oid as oid_, nspname, nspowner,
                      substring(obj_description(oid, 'pg_namespace') from '^run8n project (.*)$') as project
                 from pg_namespace) as found
         left join run8n.dump on id = nspname and dump.project = found.project
        where (nspname = replace(found.project, '-', '_') or taken_at is not null) and nspname > $1
        order by nspname
        limit $2`,
      [after, take + 1, KEPT_DAYS],
    ),
  );
  const items = rows.slice(0, take).map(({ dropped, until, ...item }) => ({
    ...item,
    ...(dropped && until ? { droppedAt: dropped.toISOString(), restorableUntil: until.toISOString() } : {}),
  }));
  return rows.length > take ? { items, nextCursor: items.at(-1)!.schema } : { items };
}
