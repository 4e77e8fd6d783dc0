import { NotFoundError } from "../../errors.ts";
import { type Sql, transaction } from "../../postgres/connect.ts";
import { identifier } from "../../postgres/quote.ts";

/** A schema as Postgres itself describes it; what belongs to it is named without it. */
export type Live = {
  enums: { name: string; values: string[] }[];
  tables: LiveTable[];
  /** What stands in the schema and in no snapshot: `function total(integer)`, `view latest`, ... */
  others: string[];
};
export type LiveTable = {
  name: string;
  comment: string | null;
  columns: LiveColumn[];
  /** Primary key, unique and check constraints. */
  constraints: { name: string; kind: "p" | "u" | "c" | "x"; columns: string[]; definition: string }[];
  indexes: LiveIndex[];
  foreignKeys: LiveKey[];
};
export type LiveColumn = {
  name: string;
  /** As `format_type` writes it: `numeric(10,2)`, `text[]`, an enum's name. */
  type: string;
  /** The enum when it is one of this schema, of an array its element. */
  enum: string | null;
  isArray: boolean;
  required: boolean;
  default: string | null;
  identity: "a" | "d" | "";
  generated: boolean;
  /** The sequence that the column owns and takes its default from, with how it differs from what `serial` makes. */
  sequence: { name: string; options: string } | null;
};
export type LiveIndex = {
  name: string;
  unique: boolean;
  method: string;
  /** Null for an expression. */
  columns: (string | null)[];
  /** Its definition from after the table on, which names no schema. */
  tail: string;
  partial: boolean;
  /** Whether each column is in falling order. */
  falling: boolean[];
  operators: boolean;
};
export type LiveKey = {
  name: string;
  columns: string[];
  table: string;
  references: string[];
  onDelete: "a" | "r" | "c" | "n" | "d";
  onUpdate: "a" | "r" | "c" | "n" | "d";
  definition: string;
};

/** Prisma's own record of what it has applied is no part of what it describes. */
const NOT_OURS = "_prisma_migrations";

const columnsOf = (keys: string, relation: string): string =>
  `(select json_agg(attname order by place) from unnest(${keys}) with ordinality as key (number, place)
     left join pg_attribute on attrelid = ${relation} and attnum = number and number > 0)`;

const COLUMNS = `
  select json_agg(json_build_object(
           'name', attname, 'type', format_type(atttypid, atttypmod),
           'enum', case when e.typtype = 'e' and e.typnamespace = inside.oid then e.typname end,
           'isArray', t.typcategory = 'A', 'required', attnotnull, 'identity', attidentity,
           'generated', attgenerated <> '', 'default', pg_get_expr(adbin, adrelid),
           'sequence', (
             select json_build_object('name', s.relname, 'options', concat_ws(' ',
                      case when seqtypid <> atttypid then 'as ' || format_type(seqtypid, null) end,
                      case when seqincrement <> 1 then 'increment ' || seqincrement end,
                      case when seqstart <> 1 then 'start ' || seqstart end,
                      case when seqmin <> 1 then 'minvalue ' || seqmin end,
                      case when seqcycle then 'cycle' end))
               from pg_depend join pg_class s on s.oid = objid and s.relkind = 'S' join pg_sequence on seqrelid = s.oid
              where refobjid = c.oid and refobjsubid = attnum and deptype = 'a' and classid = 'pg_class'::regclass
              limit 1)) order by attnum)
    from pg_attribute left join pg_attrdef on adrelid = attrelid and adnum = attnum
    join pg_type t on t.oid = atttypid
    left join pg_type e on e.oid = case when t.typcategory = 'A' then t.typelem else t.oid end
   where attrelid = c.oid and attnum > 0 and not attisdropped`;

const CONSTRAINTS = `
  select coalesce(json_agg(json_build_object('name', conname, 'kind', contype, 'columns', ${columnsOf("conkey", "conrelid")},
                           'definition', pg_get_constraintdef(k.oid)) order by contype = 'p' desc, conname collate "C"), '[]')
    from pg_constraint k where conrelid = c.oid and contype in ('p', 'u', 'c', 'x')`;

const INDEXES = `
  select coalesce(json_agg(json_build_object(
           'name', i.relname, 'unique', indisunique, 'method', amname, 'partial', indpred is not null,
           'columns', ${columnsOf("indkey", "indrelid")}, 'tail', substr(pg_get_indexdef(indexrelid), 1 + length(format('CREATE %sINDEX %I ON %I.%I USING ',
                     case when indisunique then 'UNIQUE ' else '' end, i.relname, $1::text, c.relname))),
           'falling', (select json_agg(option & 1 = 1 order by place)
                         from unnest(indoption) with ordinality as options (option, place)),
           'operators', exists (select from unnest(indclass) as class join pg_opclass on pg_opclass.oid = class
                                 where not opcdefault)) order by i.relname collate "C"), '[]')
    from pg_index join pg_class i on i.oid = indexrelid join pg_am on pg_am.oid = i.relam
   where indrelid = c.oid and not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u', 'x'))`;

const KEYS = `
  select coalesce(json_agg(json_build_object(
           'name', conname, 'columns', ${columnsOf("conkey", "conrelid")}, 'table', r.relname,
           'references', ${columnsOf("confkey", "confrelid")}, 'onDelete', confdeltype, 'onUpdate', confupdtype,
           'definition', pg_get_constraintdef(k.oid)) order by conname collate "C"), '[]')
    from pg_constraint k join pg_class r on r.oid = confrelid
   where conrelid = c.oid and contype = 'f' and r.relnamespace = inside.oid`;

const OTHERS = `
  select 'view ' || relname from pg_class, inside where relnamespace = inside.oid and relkind in ('v', 'm')
  union all select 'foreign table ' || relname from pg_class, inside where relnamespace = inside.oid and relkind = 'f'
  union all select 'partitioned table ' || relname from pg_class, inside
             where relnamespace = inside.oid and (relkind = 'p' or relispartition)
  union all select 'sequence ' || relname from pg_class s, inside
             where relnamespace = inside.oid and relkind = 'S'
               and not exists (select from pg_depend where objid = s.oid and deptype in ('a', 'i'))
  union all select 'function ' || p.oid::regprocedure from pg_proc p, inside where pronamespace = inside.oid
  union all select 'trigger ' || tgname || ' on ' || relname from pg_trigger join pg_class on pg_class.oid = tgrelid, inside
             where relnamespace = inside.oid and not tgisinternal
  union all select 'policy ' || polname || ' on ' || relname from pg_policy join pg_class on pg_class.oid = polrelid, inside
             where relnamespace = inside.oid
  union all select 'type ' || typname from pg_type t, inside
             where typnamespace = inside.oid and (typtype in ('d', 'r') or (typtype = 'c' and exists (
                   select from pg_class where pg_class.oid = typrelid and relkind = 'c')))
  union all select 'foreign key ' || conname || ' into another schema' from pg_constraint k
              join pg_class r on r.oid = confrelid, inside
             where connamespace = inside.oid and contype = 'f' and r.relnamespace <> inside.oid`;

const LIVE = `
  with inside as (select oid from pg_namespace where nspname = $1::text)
  select json_build_object(
    'enums', (select coalesce(json_agg(json_build_object('name', typname, 'values',
                (select json_agg(enumlabel order by enumsortorder) from pg_enum where enumtypid = t.oid))
                order by typname collate "C"), '[]')
                from pg_type t, inside where typnamespace = inside.oid and typtype = 'e'),
    'tables', (select coalesce(json_agg(json_build_object(
                 'name', relname, 'comment', obj_description(c.oid, 'pg_class'),
                 'columns', (${COLUMNS}), 'constraints', (${CONSTRAINTS}), 'indexes', (${INDEXES}),
                 'foreignKeys', (${KEYS})) order by relname collate "C"), '[]')
                 from pg_class c, inside
                where relnamespace = inside.oid and relkind = 'r' and not relispartition and relname <> '${NOT_OURS}'),
    'others', (select coalesce(json_agg(other order by other collate "C"), '[]') from (${OTHERS}) as found (other))
  ) as live from inside`;

/** Reads a schema as it stands at one moment. Throws NotFound when there is none of that name. */
export async function readLive(sql: Sql, schema: string): Promise<Live> {
  const live = await transaction(sql, async () => {
    // With the schema on the path, what Postgres writes of its parts names it nowhere.
    await sql.query(`set transaction read only; set local search_path = ${identifier(schema)}`);
    return liveIn(sql, schema);
  });
  if (live) return live;
  throw new NotFoundError(`The database has no schema ${schema}`, {
    hint: "Run f/infra/nocodb/ensure_base, and check the resource's database.",
    details: { schema },
  });
}

/** The same within the caller's transaction, whose search path begins with that schema. */
export async function liveIn(sql: Sql, schema: string): Promise<Live | undefined> {
  const { rows } = await sql.query<{ live: Live }>(LIVE, [schema]);
  return rows[0]?.live;
}
