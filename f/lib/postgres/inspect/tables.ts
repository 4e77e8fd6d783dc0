import type { Sql } from "../connect.ts";

export type Column = { name: string; type: string; nullable: boolean; default: string | null };
export type ForeignKey = { name: string; columns: string[]; references: string; onDelete: string };
export type Index = { name: string; definition: string; unique: boolean; sizeBytes: number; scans: number };

export type Table = {
  name: string;
  kind: "table" | "partitioned" | "view" | "materialized view";
  /** As the planner estimates; null where nothing was counted yet. */
  rows: number | null;
  sizeBytes: number;
  indexBytes: number;
  columns: Column[];
  primaryKey: string[];
  foreignKeys: ForeignKey[];
  indexes: Index[];
  rowSecurity: boolean;
  policies: string[];
};

/** Names of columns by their numbers, in the order of the numbers. */
const columnNames = (relation: string, numbers: string): string => `
  (select coalesce(json_agg(attname order by place), '[]')
     from unnest(${numbers}::int2[]) with ordinality as wanted (number, place)
     join pg_attribute on attrelid = ${relation} and attnum = number)`;

const TABLES = `
  select relname as name,
         case relkind when 'r' then 'table' when 'p' then 'partitioned' when 'v' then 'view' else 'materialized view' end as kind,
         case when reltuples >= 0 and relkind in ('r', 'm') then reltuples::float8 end as rows,
         pg_table_size(c.oid)::float8 as "sizeBytes", pg_indexes_size(c.oid)::float8 as "indexBytes",
         relrowsecurity as "rowSecurity",
         (select coalesce(json_agg(polname order by polname), '[]') from pg_policy where polrelid = c.oid) as policies,
         (select coalesce(json_agg(json_build_object(
                   'name', attname, 'type', format_type(atttypid, atttypmod), 'nullable', not attnotnull,
                   'default', case attidentity when '' then pg_get_expr(adbin, adrelid)
                                               else 'identity' end) order by attnum), '[]')
            from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
           where attrelid = c.oid and attnum > 0 and not attisdropped) as columns,
         coalesce((select ${columnNames("c.oid", "conkey")} from pg_constraint where conrelid = c.oid and contype = 'p'),
                  '[]') as "primaryKey",
         (select coalesce(json_agg(json_build_object(
                   'name', conname, 'columns', ${columnNames("c.oid", "conkey")},
                   'references', (select relname from pg_class where oid = confrelid),
                   'onDelete', case confdeltype when 'c' then 'cascade' when 'n' then 'set null' when 'd' then 'set default'
                                                when 'r' then 'restrict' else 'no action' end) order by conname), '[]')
            from pg_constraint where conrelid = c.oid and contype = 'f') as "foreignKeys",
         (select coalesce(json_agg(json_build_object(
                   'name', i.relname, 'definition', pg_get_indexdef(i.oid), 'unique', indisunique,
                   'sizeBytes', pg_relation_size(i.oid)::float8, 'scans', coalesce(idx_scan, 0)) order by i.relname), '[]')
            from pg_index join pg_class i on i.oid = pg_index.indexrelid
            left join pg_stat_all_indexes s on s.indexrelid = i.oid
           where pg_index.indrelid = c.oid) as indexes
    from pg_class c
   where relnamespace = to_regnamespace(quote_ident($1)) and relkind in ('r', 'p', 'v', 'm') and not relispartition
     and ($2::text[] is null or relname = any($2))
   order by relname
   limit $3`;

/** The tables and views of a schema in name order, partitions with their parent; only those named when any are. */
export async function readTables(sql: Sql, schema: string, only: string[] | null, limit: number): Promise<Table[]> {
  return (await sql.query<Table>(TABLES, [schema, only, limit])).rows;
}
