import { identifier } from "../../../f/lib/postgres/quote.ts";
import type { columnsOf } from "./columns.ts";
import type { expressionsOf } from "./expressions.ts";
import { filterSql, parseWhere } from "./filters.ts";
import type { linksOf } from "./links.ts";
import type { Column, Source, Table } from "./metadata.ts";
import { missing, Refused, refusalOfDatabase } from "./refused.ts";
import type { Store } from "./store.ts";
import { toColumn, visible } from "./values.ts";

type Row = Record<string, unknown>;
export type Sort = { field: string; direction: "asc" | "desc" };
export type Listing = {
  where?: string;
  sort?: Sort[];
  fields?: string[];
  limit?: number;
  offset?: number;
  keys?: unknown[];
  /** Linked records themselves instead of how many there are. */
  nested?: boolean;
};

/** Rows of tables in the database, by the ids of their columns. */
export function rowsOf(
  store: Store,
  columns: ReturnType<typeof columnsOf>,
  links: ReturnType<typeof linksOf>,
  expressions: ReturnType<typeof expressionsOf>,
) {
  const run = async (table: Table, text: string, values: unknown[] = []) => {
    try {
      const { pool } = store.place(store.find("source", table.source_id) as Source);
      return await pool.query(text, values);
    } catch (error) {
      if (error instanceof Refused || (error as { severity?: string }).severity === undefined) throw error;
      const unique = columns.of(table.id).find((one) => one.unique);
      throw refusalOfDatabase(error as Error & { code?: string }, unique?.title);
    }
  };
  const fieldOf = (table: Table, name: string): Column | undefined =>
    columns.of(table.id).find((one) => [one.id, one.title, one.column_name].includes(name));
  const chosen = (table: Table, fields: string[] | undefined): Column[] => {
    const all = columns.of(table.id);
    if (!fields) return visible(table, all);
    for (const name of fields) if (!fieldOf(table, name)) throw missing("Field", name);
    return all.filter((one) => one.pk || fields.some((name) => fieldOf(table, name)?.id === one.id));
  };
  const condition = (table: Table, { where, keys }: Listing, values: unknown[]): string => {
    const bind = (value: unknown) => `$${values.push(value)}`;
    const filter = parseWhere(where ?? "");
    const of = (name: string) => {
      const column = fieldOf(table, name);
      if (!column) throw missingFilter(name);
      return { sql: expressions.value("t", column), type: column.uidt };
    };
    const parts = [
      ...(filter ? [filterSql(filter, of, bind)] : []),
      ...(keys
        ? [`${expressions.physical("t", links.keyOf(table))}::text = any(${bind(keys.map(String))}::text[])`]
        : []),
    ];
    return parts.length ? `where ${parts.join(" and ")}` : "";
  };
  const list = async (table: Table, listing: Listing): Promise<{ columns: Column[]; rows: Row[] }> => {
    const wanted = chosen(table, listing.fields).map((one) =>
      listing.nested && one.uidt === "Links" ? { ...one, uidt: "LinkToAnotherRecord" } : one,
    );
    const values: unknown[] = [];
    const order = (listing.sort ?? []).map(({ field, direction }) => {
      const column = fieldOf(table, field);
      if (!column) throw missing("Field", field);
      return `${expressions.value("t", column)} ${direction} nulls ${direction === "asc" ? "first" : "last"}`;
    });
    const key = expressions.physical("t", links.keyOf(table));
    const select = wanted.map((one) => `${expressions.value("t", one)} as "${one.id}"`);
    const paging = listing.limit === undefined ? "" : `limit ${listing.limit} offset ${listing.offset ?? 0}`;
    const text = `select ${select.join(", ")} from ${expressions.nameOf(table)} t ${condition(table, listing, values)}
      order by ${[...order, key].join(", ")} ${paging}`;
    return { columns: wanted, rows: (await run(table, text, values)).rows };
  };
  const count = async (table: Table, listing: Listing): Promise<number> => {
    const values: unknown[] = [];
    const text = `select count(*)::int as count from ${expressions.nameOf(table)} t ${condition(table, listing, values)}`;
    return (await run(table, text, values)).rows[0].count;
  };
  /** What is stored of a record; fields that the table lacks, and virtual ones, are left out without a word, as in NocoDB. */
  const stored = (table: Table, fields: Row): [Column, unknown][] =>
    columns
      .of(table.id)
      .filter(
        (one) =>
          one.column_name && !one.system && !one.pk && [one.title, one.id].some((name) => Object.hasOwn(fields, name)),
      )
      .map((one) => [one, toColumn(one, Object.hasOwn(fields, one.title) ? fields[one.title] : fields[one.id])]);
  const insert = async (table: Table, records: Row[]): Promise<unknown[]> => {
    const rows = records.map((record) => stored(table, record));
    const used = columns.of(table.id).filter((one) => rows.some((row) => row.some(([column]) => column.id === one.id)));
    const values: unknown[] = [];
    const tuples = rows.map((row) => {
      const cells = used.map((column) => {
        const cell = row.find(([one]) => one.id === column.id);
        return cell ? `$${values.push(cell[1])}::${column.dt}` : "default";
      });
      return `(${[...cells, "now() at time zone 'utc'"].join(", ")})`;
    });
    const has = (name: string) => columns.of(table.id).some((one) => one.column_name === name);
    const names = [
      ...used.map((one) => identifier(one.column_name as string)),
      ...(has("created_at") ? ["created_at"] : []),
    ];
    const cells = has("created_at")
      ? tuples
      : tuples.map((one) => one.replace(/(, )?now\(\) at time zone 'utc'\)$/, ")"));
    const key = identifier(links.keyOf(table).column_name as string);
    const text = names.length
      ? `insert into ${expressions.nameOf(table)} (${names.join(", ")}) values ${cells.join(", ")} returning ${key} as key`
      : `insert into ${expressions.nameOf(table)} default values returning ${key} as key`;
    return (await run(table, text, values)).rows.map(({ key }) => key);
  };
  const update = async (table: Table, key: unknown, fields: Row): Promise<void> => {
    const values: unknown[] = [];
    const has = columns.of(table.id).some((one) => one.column_name === "updated_at");
    const set = [
      ...stored(table, fields).map(
        ([one, value]) => `${identifier(one.column_name as string)} = $${values.push(value)}::${one.dt}`,
      ),
      ...(has ? ["updated_at = now() at time zone 'utc'"] : []),
    ];
    if (set.length === 0) return;
    const own = identifier(links.keyOf(table).column_name as string);
    await run(
      table,
      `update ${expressions.nameOf(table)} set ${set.join(", ")} where ${own}::text = $${values.push(String(key))}`,
      values,
    );
  };
  const remove = async (table: Table, keys: unknown[]): Promise<void> => {
    const own = identifier(links.keyOf(table).column_name as string);
    await run(table, `delete from ${expressions.nameOf(table)} where ${own}::text = any($1::text[])`, [
      keys.map(String),
    ]);
  };
  const requireAll = async (table: Table, keys: unknown[]): Promise<void> => {
    const key = links.keyOf(table);
    const { rows } = await list(table, { keys, fields: [key.title] });
    const found = new Set(rows.map((row) => String(row[key.id])));
    const lacking = keys.find((one) => !found.has(String(one)));
    if (lacking !== undefined) throw missing("Record", String(lacking));
  };
  return {
    list,
    count,
    insert,
    update,
    remove,
    requireAll,
    run,
    nested: (link: Column) => expressions.nested("t", link),
  };
}

const missingFilter = (name: string) =>
  new Refused(422, { error: "ERR_INVALID_FILTER", message: `Invalid filter field '${name}' not found` });
