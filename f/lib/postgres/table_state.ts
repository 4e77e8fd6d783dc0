import type { Sql } from "./connect.ts";

/**
 * Tables of a schema as the catalogue has them, as text to compare before and after; nothing when none of them is there.
 */
export async function tableState(sql: Sql, schema: string, tables: string[]): Promise<string | undefined> {
  const { rows } = await sql.query<{ found: string | null }>(
    `select string_agg(json_build_object(
       'table', relname,
       'owner', relowner::regrole,
       'rights', (select array_agg(right_ order by right_) from unnest(relacl::text[]) as right_),
       'columns', (select array_agg(attname || ' ' || atttypid::regtype order by attnum)
                     from pg_attribute where attrelid = pg_class.oid and attnum > 0 and not attisdropped),
       'indexes', (select array_agg(indexrelid::regclass::text order by indexrelid)
                     from pg_index where indrelid = pg_class.oid),
       'constraints', (select array_agg(pg_get_constraintdef(c.oid) order by c.oid)
                         from pg_constraint c where conrelid = pg_class.oid)
     )::text, ',' order by relname) as found
     from pg_class where relnamespace = to_regnamespace($1) and relname = any($2)`,
    [schema, tables],
  );
  return rows[0]?.found ?? undefined;
}
