/** One thing that may be wrong with a schema: how bad it is, and the query that finds it as `object`, `why` and `fix`. */
export type Check = { code: string; severity: "high" | "medium" | "low"; sql: string };

/** Ordinary tables of schema $1, partitions left out. */
const TABLES =
  "pg_class t where t.relnamespace = to_regnamespace(quote_ident($1)) and t.relkind in ('r', 'p') and not t.relispartition";

/** A list of columns as SQL, from an array of their numbers. */
const columnList = (relation: string, numbers: string): string => `
  (select string_agg(quote_ident(attname), ', ' order by place)
     from unnest(${numbers}::int2[]) with ordinality as wanted (number, place)
     join pg_attribute on attrelid = ${relation} and attnum = number)`;

/** A relation of the schema by its full name, quoted. */
const full = (name: string): string => `format('%I.%I', $1::text, ${name})`;

export const KEYS: Check[] = [
  {
    code: "no_primary_key",
    severity: "high",
    sql: `select relname as object, 'no primary key: rows cannot be told apart, and replication and Prisma need one' as why,
                 coalesce(
                   (select format('alter table %s add primary key using index %I', ${full("t.relname")}, i.relname)
                      from pg_index x join pg_class i on i.oid = indexrelid
                     where indrelid = t.oid and indisunique and indisvalid and indimmediate and indpred is null and indexprs is null
                       and not exists (select from pg_constraint where conindid = i.oid)
                       and not exists (select from unnest(indkey::int2[]) n join pg_attribute on attrelid = t.oid and attnum = n where not attnotnull)
                     order by indnatts, i.relname limit 1),
                   format('alter table %s add column %I bigint generated always as identity primary key', ${full("t.relname")},
                          (select name from unnest(array['id', 'row_id', 'row_number_id']) with ordinality as free (name, place)
                            where not exists (select from pg_attribute where attrelid = t.oid and attname = name)
                            order by place limit 1))) as fix
            from ${TABLES} and not exists (select from pg_constraint where conrelid = t.oid and contype = 'p')`,
  },
  {
    code: "unindexed_foreign_key",
    severity: "high",
    sql: `select t.relname || '.' || conname as object,
                 'no index begins with these columns: deleting or changing a row of the other table reads all of this one' as why,
                 format('create index concurrently on %s (%s)', ${full("t.relname")}, ${columnList("t.oid", "conkey")}) as fix
            from pg_constraint k, ${TABLES} and k.conrelid = t.oid and k.contype = 'f' and k.conparentid = 0
             and not exists (select from pg_index where indrelid = t.oid and indisvalid and indpred is null
                              and (indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey
                              and k.conkey @> (indkey::int2[])[0:cardinality(k.conkey) - 1])`,
  },
  {
    code: "unchecked_constraint",
    severity: "medium",
    sql: `select t.relname || '.' || conname as object, 'rows from before it were never checked' as why,
                 format('alter table %s validate constraint %I', ${full("t.relname")}, conname) as fix
            from pg_constraint k, ${TABLES} and k.conrelid = t.oid and not convalidated`,
  },
  {
    code: "sequence_near_end",
    severity: "high",
    sql: `select s.relname as object,
                 format('%s %% of its numbers are used; inserts fail after the last', round(100 * used)) as why,
                 concat_ws('; ', case when a.atttypid in ('int2'::regtype, 'int4'::regtype)
                                      then format('alter table %s alter column %I type bigint', ${full("t.relname")}, attname) end,
                           format('alter sequence %s as bigint maxvalue 9223372036854775807', ${full("s.relname")})) as fix
            from pg_class s join pg_sequence q on seqrelid = s.oid
            left join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass and d.deptype in ('a', 'i') and d.refobjsubid > 0
            left join pg_class t on t.oid = d.refobjid
            left join pg_attribute a on attrelid = d.refobjid and attnum = d.refobjsubid,
                 lateral (select coalesce(pg_sequence_last_value(s.oid), 0)::numeric
                               / least(seqmax, case a.atttypid when 'int2'::regtype then 32767 when 'int4'::regtype then 2147483647 else seqmax end) as used) u
           where s.relnamespace = to_regnamespace(quote_ident($1)) and seqincrement > 0 and not seqcycle and used > 0.7`,
  },
];

export const INDEXES: Check[] = [
  {
    code: "duplicate_index",
    severity: "medium",
    sql: `select b.relname as object, format('does the same as %I, and every write pays for both', a.relname) as why,
                 format('drop index concurrently %s', ${full("b.relname")}) as fix
            from pg_index x join pg_class a on a.oid = x.indexrelid, pg_index y join pg_class b on b.oid = y.indexrelid
           where x.indrelid = y.indrelid and a.oid <> b.oid and a.relnamespace = to_regnamespace(quote_ident($1))
             and (x.indkey, x.indclass, x.indcollation, x.indoption) = (y.indkey, y.indclass, y.indcollation, y.indoption)
             and x.indpred::text is not distinct from y.indpred::text and x.indexprs::text is not distinct from y.indexprs::text
             and a.relam = b.relam and x.indisunique >= y.indisunique and x.indisvalid
             and not exists (select from pg_constraint where conindid = b.oid)
             and (x.indisunique > y.indisunique or exists (select from pg_constraint where conindid = a.oid) or a.oid < b.oid)`,
  },
  {
    code: "covered_index",
    severity: "low",
    sql: `select distinct on (b.relname) b.relname as object,
                 format('%I begins with the same columns and serves the same queries', a.relname) as why,
                 format('drop index concurrently %s', ${full("b.relname")}) as fix
            from pg_index x join pg_class a on a.oid = x.indexrelid, pg_index y join pg_class b on b.oid = y.indexrelid
           where x.indrelid = y.indrelid and a.relnamespace = to_regnamespace(quote_ident($1)) and x.indisvalid
             and a.relam = b.relam and a.relam = (select oid from pg_am where amname = 'btree')
             and x.indnkeyatts > y.indnkeyatts and not y.indisunique and x.indpred is null and y.indpred is null
             and x.indexprs is null and y.indexprs is null and y.indnatts = y.indnkeyatts
             and (x.indkey::int2[])[0:y.indnkeyatts - 1] = (y.indkey::int2[])[0:y.indnkeyatts - 1]
             and (x.indclass::oid[])[0:y.indnkeyatts - 1] = (y.indclass::oid[])[0:y.indnkeyatts - 1]
             and (x.indoption::int2[])[0:y.indnkeyatts - 1] = (y.indoption::int2[])[0:y.indnkeyatts - 1]
           order by b.relname, a.relname`,
  },
  {
    code: "unused_index",
    severity: "low",
    sql: `select i.relname as object,
                 format('never used in %s reads of its table since statistics were reset, and takes %s',
                        coalesce(seq_scan, 0) + coalesce(r.idx_scan, 0), pg_size_pretty(pg_relation_size(i.oid))) as why,
                 format('drop index concurrently %s', ${full("i.relname")}) as fix
            from pg_index x join pg_class i on i.oid = x.indexrelid
            join pg_stat_all_indexes s on s.indexrelid = i.oid join pg_stat_all_tables r on r.relid = x.indrelid
           where i.relnamespace = to_regnamespace(quote_ident($1)) and s.idx_scan = 0 and not indisunique and indisvalid
             and pg_relation_size(i.oid) > 65536 and coalesce(seq_scan, 0) + coalesce(r.idx_scan, 0) >= 100
             and not exists (select from pg_constraint k where k.conrelid = x.indrelid and k.contype = 'f'
                              and (indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)`,
  },
  {
    code: "invalid_index",
    severity: "high",
    sql: `select i.relname as object, 'its building failed: every write pays for it and no query uses it' as why,
                 format('reindex index concurrently %s', ${full("i.relname")}) as fix
            from pg_index x join pg_class i on i.oid = x.indexrelid
           where i.relnamespace = to_regnamespace(quote_ident($1)) and i.relkind = 'i' and not indisvalid
             and not exists (select from pg_stat_progress_create_index p where p.index_relid = i.oid)`,
  },
];

export const ROWS: Check[] = [
  {
    code: "bloat",
    severity: "medium",
    sql: `select s.relname as object, format('%s of its rows are dead and still take space', n_dead_tup) as why,
                 format('vacuum (analyze) %s', ${full("s.relname")}) as fix
            from pg_stat_all_tables s where schemaname = $1 and n_dead_tup > 10000 and n_dead_tup > 0.2 * n_live_tup`,
  },
  {
    code: "no_statistics",
    severity: "low",
    sql: `select s.relname as object, format('the planner knows nothing of its %s rows', n_live_tup) as why,
                 format('analyze %s', ${full("s.relname")}) as fix
            from pg_stat_all_tables s
           where schemaname = $1 and last_analyze is null and last_autoanalyze is null and n_live_tup > 1000`,
  },
];

/** A grantee that is neither the owner nor a role of the project: everyone, or a role that an API lets strangers use. */
const STRANGERS = `
  (select string_agg(distinct case grantee when 0 then 'everyone' else pg_get_userbyid(grantee)::text end, ', ')
     from aclexplode(t.relacl)
    where grantee <> t.relowner and (grantee = 0 or pg_get_userbyid(grantee) <> all ($2::text[])))`;

export const RIGHTS: Check[] = [
  {
    code: "no_row_security",
    severity: "high",
    sql: `select t.relname as object, format('%s may use all of its rows: nothing tells whose they are', ${STRANGERS}) as why,
                 format('alter table %s enable row level security', ${full("t.relname")}) as fix
            from ${TABLES} and not relrowsecurity and ${STRANGERS} is not null`,
  },
  {
    code: "policies_without_effect",
    severity: "high",
    sql: `select t.relname as object, 'it has policies, and row security is off, so that they do nothing' as why,
                 format('alter table %s enable row level security', ${full("t.relname")}) as fix
            from ${TABLES} and not relrowsecurity and exists (select from pg_policy where polrelid = t.oid)`,
  },
  {
    code: "row_security_without_policy",
    severity: "medium",
    sql: `select t.relname as object, 'row security is on and no policy lets anyone in but its owner' as why,
                 format('create policy everything_for_the_app on %s to %I using (true) with check (true)', ${full("t.relname")}, ($2::text[])[2]) as fix
            from ${TABLES} and relrowsecurity and not exists (select from pg_policy where polrelid = t.oid)`,
  },
  {
    code: "other_owner",
    severity: "high",
    sql: `select t.relname as object, format('it belongs to %s, so migrations cannot change it', pg_get_userbyid(relowner)) as why,
                 format('alter table %s owner to %I', ${full("t.relname")}, ($2::text[])[1]) as fix
            from ${TABLES} and pg_get_userbyid(relowner) <> ($2::text[])[1]`,
  },
];
