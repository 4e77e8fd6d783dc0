import { identifier } from "../../../f/lib/postgres/quote.ts";
import { requireRole } from "./access.ts";
import type { columnsOf } from "./columns.ts";
import { isLink } from "./field_types.ts";
import type { linksOf } from "./links.ts";
import type { Column, LinkOptions, Source, Table } from "./metadata.ts";
import { missing } from "./refused.ts";
import type { rowsOf } from "./rows.ts";
import type { Body, Route } from "./serve.ts";
import type { Store } from "./store.ts";
import type { tablesOf } from "./tables.ts";

/** Which records are linked: a row between two tables, or a key in one of them. */
export function linkRowsOf(
  store: Store,
  tables: ReturnType<typeof tablesOf>,
  columns: ReturnType<typeof columnsOf>,
  links: ReturnType<typeof linksOf>,
  rows: ReturnType<typeof rowsOf>,
) {
  const at = (id: string | null): Column => store.find("column", id ?? "") as Column;
  const nameOf = (table: Table) => columns.nameOf(store.find("source", table.source_id) as Source, table);
  const quoted = (column: Column) => identifier(column.column_name as string);

  /** `attach` or detach: what one statement does to the other side, for keys on both. */
  const change = async (
    table: Table,
    link: Column,
    record: unknown,
    linked: unknown[],
    attach: boolean,
  ): Promise<void> => {
    const options = link.colOptions as LinkOptions;
    const other = tables.find(options.fk_related_model_id);
    await rows.requireAll(table, [record]);
    await rows.requireAll(other, linked);
    if (options.type === "mm") {
      const junction = store.find("table", options.fk_mm_model_id as string) as Table;
      const [own, theirs] = [quoted(at(options.fk_mm_child_column_id)), quoted(at(options.fk_mm_parent_column_id))];
      const text = attach
        ? `insert into ${nameOf(junction)} (${own}, ${theirs}) select $1::int, unnest($2::int[]) on conflict do nothing`
        : `delete from ${nameOf(junction)} where ${own} = $1::int and ${theirs} = any($2::int[])`;
      await rows.run(table, text, [record, linked]);
      return;
    }
    const outward = options.type === "bt" || (options.type === "oo" && link.meta.bt === true);
    const key = quoted(at(options.fk_child_column_id));
    const child = outward ? table : other;
    const [children, parent] = outward ? [[record], linked[0]] : [linked, record];
    if (options.type === "oo" && attach)
      await rows.run(table, `update ${nameOf(child)} set ${key} = null where ${key} = $1::int`, [parent]);
    const own = quoted(links.keyOf(child));
    await rows.run(table, `update ${nameOf(child)} set ${key} = $1::int where ${own} = any($2::int[])`, [
      attach ? parent : null,
      children,
    ]);
  };
  /** All records that a record is linked to, and no others. */
  const replace = async (table: Table, link: Column, record: unknown, linked: unknown[]): Promise<void> => {
    const found = await rows.list(table, { keys: [record], fields: [link.title] });
    const asNested: Column = { ...link, uidt: "LinkToAnotherRecord" };
    const { rows: before } = await rows.run(
      table,
      `select ${rows.nested(asNested)} as linked from ${nameOf(table)} t where ${quoted(links.keyOf(table))} = $1::int`,
      [record],
    );
    const held = [before[0]?.linked ?? []].flat().map(({ key }: { key: unknown }) => key);
    const gone = held.filter((one) => !linked.some((wanted) => String(wanted) === String(one)));
    if (found.rows.length && gone.length) await change(table, link, record, gone, false);
    if (linked.length) await change(table, link, record, linked, true);
  };
  /** What deleting records does first: they leave the tables between, and what points to them points nowhere. */
  const release = async (table: Table, keys: unknown[]): Promise<void> => {
    for (const link of columns.of(table.id).filter((one) => isLink(one.uidt))) {
      const options = link.colOptions as LinkOptions;
      const outward = options.type === "bt" || link.meta.bt === true;
      if (outward) continue;
      const key = at(options.type === "mm" ? options.fk_mm_child_column_id : options.fk_child_column_id);
      const holder = store.find("table", key.fk_model_id) as Table;
      const where = `where ${quoted(key)} = any($1::int[])`;
      await rows.run(
        table,
        options.type === "mm"
          ? `delete from ${nameOf(holder)} ${where}`
          : `update ${nameOf(holder)} set ${quoted(key)} = null ${where}`,
        [keys],
      );
    }
  };
  const find = (table: Table, id: string): Column => {
    const link = columns.of(table.id).find((one) => one.id === id && isLink(one.uidt));
    if (!link) throw missing("Field", id);
    return link;
  };
  const listed: Route = async ({ caller, params, query }) => {
    const table = tables.find(params.table as string);
    requireRole(store, caller, table.base_id, "viewer");
    const link = find(table, params.link as string);
    const other = tables.find(link.colOptions?.fk_related_model_id as string);
    const key = links.keyOf(other);
    const display = columns.of(other.id).find(({ pv }) => pv) ?? key;
    const { rows: found } = await rows.run(
      table,
      `select ${rows.nested({ ...link, uidt: "LinkToAnotherRecord" })} as linked from ${nameOf(table)} t where ${quoted(links.keyOf(table))}::text = $1`,
      [params.record],
    );
    if (!found[0]) throw missing("Record", params.record as string);
    const many = Array.isArray(found[0].linked);
    const list = [found[0].linked ?? []]
      .flat()
      .map((one: Body) => ({ [key.title]: one.key, [display.title]: one.title }));
    if (!many) return list[0] ?? null;
    const pageSize = Math.min(Number(query.get("limit") ?? 25), 1000);
    const offset = Number(query.get("offset") ?? 0);
    const page = list.slice(offset, offset + pageSize);
    const isLastPage = offset + pageSize >= list.length;
    return {
      list: page,
      pageInfo: { totalRows: list.length, page: 1, pageSize, isFirstPage: offset === 0, isLastPage },
    };
  };
  const changing =
    (attach: boolean): Route =>
    async ({ caller, params, body }) => {
      const table = tables.find(params.table as string);
      requireRole(store, caller, table.base_id, "editor");
      const link = find(table, params.link as string);
      const key = links.keyOf(tables.find(link.colOptions?.fk_related_model_id as string));
      await change(
        table,
        link,
        params.record,
        [body].flat().map((one: Body) => one[key.title]),
        attach,
      );
      return true;
    };
  return {
    replace,
    release,
    routes: {
      "/api/v2/tables/:table/links/:link/records/:record": {
        GET: listed,
        POST: changing(true),
        DELETE: changing(false),
      },
    } satisfies Record<string, Record<string, Route>>,
  };
}
