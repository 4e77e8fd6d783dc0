import { identifier, literal } from "../../../f/lib/postgres/quote.ts";
import { columnTypeOf, isSelect, isVirtual } from "./field_types.ts";
import type { Choice, Column, Source, Table } from "./metadata.ts";
import { badBody, duplicate, plain } from "./refused.ts";
import type { Body } from "./serve.ts";
import { newId, type Store } from "./store.ts";

const COLORS = [
  "#cfdffe",
  "#d0f1fd",
  "#c2f5e8",
  "#ffdaf6",
  "#ffdce5",
  "#fee2d5",
  "#ffeab6",
  "#d1f7c4",
  "#ede2fe",
  "#eeeeee",
];
/** Where Postgres takes a default as it stands; any other is a text. */
const EXPRESSION = /^(now\(\)|current_timestamp|true|false|-?\d+(\.\d+)?)$/i;

export const choicesOf = (given: Body[], known: Choice[] = []): Choice[] =>
  given.map(({ title, color, id }, at) => {
    const before = known.find((one) => one.id === id || one.title === title);
    return {
      id: before?.id ?? newId("s"),
      title,
      color: color ?? before?.color ?? COLORS[at % COLORS.length]!,
      order: at + 1,
    };
  });

/** A column as it comes from v2, with what NocoDB fills in; a required one is not made so here, as in NocoDB. */
export function newColumn(table: { id: string }, given: Body, order: number): Column {
  const { title, column_name, uidt, cdf, unique, pv, meta, description } = given;
  if (!title || !uidt) throw badBody("Invalid request body");
  const isKey = uidt === "ID";
  const isSystem = ["CreatedTime", "LastModifiedTime", "CreatedBy", "LastModifiedBy", "Order"].includes(uidt);
  if (unique && cdf)
    throw plain(
      400,
      "Cannot enable unique constraint because a default value is set. Please remove the default value first.",
    );
  return {
    ...{
      id: newId("c"),
      fk_model_id: table.id,
      title,
      column_name: isVirtual(uidt) ? null : (column_name ?? title.replace(/\W/g, "_")),
    },
    ...{
      uidt,
      dt: isVirtual(uidt) ? null : columnTypeOf(uidt),
      pk: isKey,
      ai: isKey,
      rqd: isKey,
      pv: pv ? true : null,
    },
    ...{
      unique: unique === true,
      cdf: cdf === undefined || cdf === null ? (uidt === "Rating" ? "0" : null) : String(cdf),
      system: isSystem,
    },
    ...{ order, meta: meta ?? {}, description: description ?? null },
    ...(isSelect(uidt) ? { colOptions: { options: choicesOf(given.colOptions?.options ?? []) } } : {}),
  };
}

/** The columns of tables, in metadata and in the database. */
export function columnsOf(store: Store) {
  const of = (table: string): Column[] =>
    store
      .all("column")
      .filter((one) => one.fk_model_id === table)
      .sort((a, b) => a.order - b.order);
  const nameOf = (source: Source, table: Table) =>
    `${identifier(store.place(source).schema)}.${identifier(table.table_name)}`;
  const defaultOf = ({ cdf }: Column) => (cdf === null ? "" : EXPRESSION.test(cdf) ? cdf : literal(cdf));
  const definition = (column: Column): string => {
    const value = defaultOf(column);
    return `${identifier(column.column_name as string)} ${column.dt}${value ? ` default ${value}` : ""}`;
  };
  const makeUnique = async (source: Source, table: Table, unique: Column[]): Promise<void> => {
    if (!source.is_meta) throw plain(400, "Unique constraint is only supported for NC-DB (not external databases)");
    const name = nameOf(source, table);
    const parts = unique.map(
      (column) =>
        `add constraint ${identifier(`uk_${newId("")}`)} unique (${identifier(column.column_name as string)})`,
    );
    await store.place(source).pool.query(`alter table ${name} ${parts.join(", ")}`);
  };
  const requireFree = (table: Table, { title, column_name }: Body, except?: string) => {
    const others = of(table.id).filter(({ id }) => id !== except);
    const at = `table '${table.id}', base '${table.base_id}'`;
    if (others.some((one) => one.title === title)) throw duplicate("column alias", title, at);
    if (column_name && others.some((one) => one.column_name === column_name))
      throw duplicate("column name", column_name, at);
  };
  const add = async (source: Source, table: Table, given: Body): Promise<Column> => {
    requireFree(table, given);
    const column = newColumn(table, given, Math.max(0, ...of(table.id).map(({ order }) => order)) + 1);
    if (column.column_name) {
      await store.place(source).pool.query(`alter table ${nameOf(source, table)} add column ${definition(column)}`);
      if (column.unique) await makeUnique(source, table, [column]);
    }
    await store.put("column", column);
    return column;
  };
  const changeUnique = async (source: Source, table: Table, before: Column, after: Column, wanted: unknown) => {
    if (typeof wanted !== "boolean" || wanted === before.unique) return;
    if (wanted) await makeUnique(source, table, [after]);
    else await dropUnique(source, table, after);
    after.unique = wanted;
  };
  const dropUnique = async (source: Source, table: Table, column: Column): Promise<void> => {
    const { pool } = store.place(source);
    const { rows } = await pool.query(
      `select conname from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
        where conrelid = $1::regclass and contype = 'u' and attname = $2`,
      [nameOf(source, table), column.column_name],
    );
    for (const { conname } of rows)
      await pool.query(`alter table ${nameOf(source, table)} drop constraint ${identifier(conname)}`);
  };
  /** Title, column name, type, default and nullability; a default that is not sent is dropped, as in NocoDB. */
  const change = async (source: Source, table: Table, before: Column, given: Body): Promise<Column> => {
    requireFree(table, given, before.id);
    const uidt = given.uidt ?? before.uidt;
    const after: Column = {
      ...before,
      ...{ title: given.title ?? before.title, uidt, description: given.description ?? before.description },
      ...(before.column_name
        ? {
            column_name: given.column_name ?? before.column_name,
            dt: before.pk ? before.dt : columnTypeOf(uidt),
            cdf: given.cdf ?? null,
            rqd: given.rqd ?? before.rqd,
          }
        : {}),
      ...(isSelect(uidt)
        ? {
            colOptions: {
              options: given.colOptions?.options
                ? choicesOf(given.colOptions.options, before.colOptions?.options)
                : (before.colOptions?.options ?? []),
            },
          }
        : before.column_name
          ? { colOptions: undefined }
          : {}),
      meta: given.meta ?? before.meta,
    };
    if (before.column_name && !before.pk) {
      const { pool } = store.place(source);
      const name = nameOf(source, table);
      const from = identifier(before.column_name);
      const to = identifier(after.column_name as string);
      const value = defaultOf(after);
      await pool.query(
        [
          ...(from === to ? [] : [`alter table ${name} rename column ${from} to ${to}`]),
          `alter table ${name} alter column ${to} drop default`,
          ...(before.dt === after.dt
            ? []
            : [`alter table ${name} alter column ${to} type ${after.dt} using ${to}::text::${after.dt}`]),
          ...(value ? [`alter table ${name} alter column ${to} set default ${value}`] : []),
          `alter table ${name} alter column ${to} ${after.rqd ? "set" : "drop"} not null`,
        ].join(";\n"),
      );
    }
    await changeUnique(source, table, before, after, given.unique);
    await store.put("column", after);
    return after;
  };
  const remove = async (source: Source, table: Table, column: Column): Promise<void> => {
    if (column.column_name)
      await store
        .place(source)
        .pool.query(`alter table ${nameOf(source, table)} drop column if exists ${identifier(column.column_name)}`);
    await store.remove("column", column.id);
  };
  /** A link goes with its other side, the columns that make it, and what looks through it. */
  const removeLinksOf = async (table: Table): Promise<void> => {
    const gone = store
      .all("column")
      .filter(
        (one) =>
          one.colOptions?.fk_related_model_id === table.id || (one.fk_model_id === table.id && one.colOptions?.type),
      );
    for (const link of gone) if (store.find("column", link.id)) await removeLink(link);
  };
  const removeLink = async (link: Column): Promise<void> => {
    const options = link.colOptions ?? {};
    const isPair = (one: Column) =>
      one.colOptions?.type !== undefined &&
      one.colOptions.fk_mm_model_id === options.fk_mm_model_id &&
      [options.fk_child_column_id, options.fk_parent_column_id].sort().join() ===
        [one.colOptions.fk_child_column_id, one.colOptions.fk_parent_column_id].sort().join();
    const pair = store.all("column").filter(isPair);
    const looking = store
      .all("column")
      .filter((one) => pair.some(({ id }) => id === one.colOptions?.fk_relation_column_id));
    const sourceAt = (table: Table) => store.find("source", table.source_id) as Source;
    if (options.type === "mm") {
      const junction = store.find("table", options.fk_mm_model_id as string) as Table;
      await store.place(sourceAt(junction)).pool.query(`drop table if exists ${nameOf(sourceAt(junction), junction)}`);
      await store.remove("column", ...of(junction.id).map(({ id }) => id));
      await store.remove("table", junction.id);
    } else {
      const key = store.find("column", options.fk_child_column_id as string) as Column;
      const child = store.find("table", key.fk_model_id) as Table;
      await remove(sourceAt(child), child, key);
    }
    await store.remove("column", ...[...pair, ...looking].map(({ id }) => id));
  };
  return { of, definition, makeUnique, add, change, remove, removeLink, removeLinksOf, nameOf };
}
