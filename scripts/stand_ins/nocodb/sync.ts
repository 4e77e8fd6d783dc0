import { requireRole, requireSession } from "./access.ts";
import type { basesOf } from "./bases.ts";
import type { columnsOf } from "./columns.ts";
import { fieldTypeOf } from "./field_types.ts";
import type { Column, Source, Table } from "./metadata.ts";
import { missing } from "./refused.ts";
import type { Route } from "./serve.ts";
import { newId, now, type Store } from "./store.ts";
import type { tablesOf } from "./tables.ts";

type Found = { table: string; column: string; type: string; required: boolean; value: string | null; primary: boolean };

const STRUCTURE = `
  select relname as table, attname as column, case when typtype = 'e' then 'USER-DEFINED' else format_type(atttypid, null) end as type, attnotnull as required,
         pg_get_expr(adbin, adrelid) as value,
         exists (select from pg_index where indrelid = c.oid and indisprimary and attnum = any(indkey)) as primary
    from pg_class c join pg_attribute a on attrelid = c.oid and attnum > 0 and not attisdropped
    join pg_type t on t.oid = atttypid
    left join pg_attrdef on adrelid = c.oid and adnum = attnum
   where relnamespace = to_regnamespace(quote_ident($1)) and relkind in ('r', 'p') and not relispartition
   order by relname, attnum`;

/** Brings metadata in line with the database: what others have created, altered or dropped there. */
export function syncOf(store: Store, bases: ReturnType<typeof basesOf>, columns: ReturnType<typeof columnsOf>) {
  const newColumnOf = (table: Table, one: Found, order: number): Column => ({
    ...{ id: newId("c"), fk_model_id: table.id, title: one.column, column_name: one.column, dt: one.type, order },
    ...{ uidt: fieldTypeOf(one.type, one.primary), pk: one.primary, ai: one.primary, pv: null, rqd: one.required },
    ...{ unique: false, cdf: one.value, system: false, meta: {}, description: null },
  });
  const sync = async (source: Source, tables: { forget: ReturnType<typeof tablesOf>["forget"] }): Promise<void> => {
    const { pool, schema } = store.place(source);
    const { rows } = await pool.query<Found>(STRUCTURE, [schema]);
    const byTable = new Map<string, Found[]>();
    for (const one of rows) byTable.set(one.table, [...(byTable.get(one.table) ?? []), one]);
    const known = store.all("table").filter((one) => one.source_id === source.id);
    for (const table of known) if (!byTable.has(table.table_name)) await tables.forget(table);
    for (const [name, found] of byTable) {
      const before = known.find((one) => one.table_name === name);
      const table: Table = before ?? {
        ...{ id: newId("m"), base_id: source.base_id, source_id: source.id, table_name: name, title: name },
        ...{ description: null, mm: false, created_at: now() },
      };
      if (!before) await store.put("table", table);
      const of = columns.of(table.id);
      const gone = of.filter((one) => one.column_name && !found.some(({ column }) => column === one.column_name));
      await store.remove("column", ...gone.map(({ id }) => id));
      for (const one of found) {
        const column = of.find(({ column_name }) => column_name === one.column);
        if (!column) await store.put("column", newColumnOf(table, one, columns.of(table.id).length + 1));
        else if (column.dt !== one.type)
          await store.put("column", {
            ...column,
            dt: one.type,
            uidt: fieldTypeOf(one.type, column.pk),
            colOptions: undefined,
          });
      }
    }
  };
  const run =
    (tables: ReturnType<typeof tablesOf>): Route =>
    async ({ caller, params }) => {
      requireSession(caller);
      const base = bases.find(params.base as string);
      requireRole(store, caller, base.id, "creator");
      const source = bases.sourcesOf(base.id).find(({ id }) => id === params.source);
      if (!source) throw missing("Source", params.source as string);
      await sync(source, tables);
      return { id: newId("job") };
    };
  return { sync, run };
}
