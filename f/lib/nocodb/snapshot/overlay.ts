import { type Column, isLink, isVirtual, type Table } from "../metadata.ts";
import { choicesOf } from "../plan.ts";
import type { Live, LiveTable } from "./live.ts";

/** What NocoDB knows and Postgres does not: choices, links without a foreign key, titles, and fields that are computed. */
export type Overlay = {
  /** By `table.column`, the choices of a single select whose column is a text. */
  choices: Map<string, string[]>;
  links: Link[];
  /** What the fields of a relation are titled, by `table.column` of its key. */
  titles: Map<string, { child?: string; parent?: string }>;
  virtualFields: VirtualField[];
  notes: string[];
};
/** A key that NocoDB keeps itself, in a database where it makes no foreign keys. */
export type Link = {
  table: string;
  column: string;
  references: string;
  key: string;
  unique: boolean;
  between: boolean;
};
export type VirtualField = { table: string; field: string; type: string; detail: string };

const at = (table: string, column: string): string => `${table}.${column}`;

export function overlayOf(live: Live, tables: Table[]): Overlay {
  const overlay: Overlay = { choices: new Map(), links: [], titles: new Map(), virtualFields: [], notes: [] };
  const columns = new Map(
    tables.flatMap((table) => table.columns.map((column) => [column.id, { table, column }] as const)),
  );
  for (const table of tables) {
    const known = live.tables.find(({ name }) => name === table.table_name);
    if (!known) overlay.notes.push(`NocoDB's table ${table.title} has no table in Postgres; run sync_metadata`);
    else for (const column of table.columns) addColumn(overlay, known, table, column, columns);
  }
  const apart = new Map(overlay.links.map((link) => [at(link.table, link.column), link]));
  overlay.links = [...apart.values()].sort((a, b) => (at(a.table, a.column) < at(b.table, b.column) ? -1 : 1));
  return overlay;
}

type Columns = Map<string, { table: Table; column: Column }>;

function addColumn(overlay: Overlay, known: LiveTable, table: Table, column: Column, columns: Columns): void {
  const live = known.columns.find(({ name }) => name === column.column_name);
  if (column.uidt === "SingleSelect" && live?.type === "text")
    overlay.choices.set(at(known.name, live.name), choicesOf(column));
  if (column.uidt === "MultiSelect")
    overlay.notes.push(
      `${known.name}.${column.column_name} stays a text: NocoDB keeps the choices of a MultiSelect in one, between commas (${choicesOf(column).join(", ")})`,
    );
  if (isLink(column)) addLink(overlay, table, column, columns);
  if (isVirtual(column) && !(isLink(column) && column.system))
    overlay.virtualFields.push(describeVirtual(table, column, columns));
}

/** Each side of a link tells what its field is called; the side that has many tells where the key is. */
function addLink(overlay: Overlay, table: Table, column: Column, columns: Columns): void {
  const { type, fk_child_column_id, fk_parent_column_id, fk_mm_model_id, fk_mm_child_column_id } =
    column.colOptions ?? {};
  if (type === "mm") {
    const key = columns.get(fk_mm_child_column_id ?? "");
    const own = columns.get(fk_child_column_id ?? "");
    if (key?.column.column_name && own?.column.column_name && fk_mm_model_id)
      overlay.links.push({
        ...{ table: key.table.table_name, column: key.column.column_name, references: table.table_name },
        ...{ key: own.column.column_name, unique: false, between: true },
      });
    return;
  }
  const child = columns.get(fk_child_column_id ?? "");
  const parent = columns.get(fk_parent_column_id ?? "");
  if (!child?.column.column_name || !parent?.column.column_name) return;
  const key = at(child.table.table_name, child.column.column_name);
  const isChild = type === "bt" || (type === "oo" && column.meta?.bt === true);
  if (!column.system) {
    const titles = overlay.titles.get(key) ?? {};
    overlay.titles.set(key, { ...titles, [isChild ? "child" : "parent"]: column.title });
  }
  overlay.links.push({
    ...{ table: child.table.table_name, column: child.column.column_name, references: parent.table.table_name },
    ...{ key: parent.column.column_name, unique: type === "oo", between: child.table.mm },
  });
}

function describeVirtual(table: Table, column: Column, columns: Columns): VirtualField {
  const {
    fk_relation_column_id,
    fk_lookup_column_id,
    fk_rollup_column_id,
    rollup_function,
    formula_raw,
    type,
    fk_mm_model_id,
  } = column.colOptions ?? {};
  const title = (id: string | undefined) => columns.get(id ?? "")?.column.title ?? "a field that is gone";
  const through = title(fk_relation_column_id);
  const details: Record<string, string> = {
    Lookup: `${title(fk_lookup_column_id)} through ${through}: select it along with the relation`,
    Rollup: `${rollup_function} of ${title(fk_rollup_column_id)} through ${through}: aggregate over the relation`,
    Formula: `${formula_raw}: compute it where it is shown, or in a generated column`,
  };
  const between = [...columns.values()].find((one) => one.table.id === fk_mm_model_id)?.table.table_name;
  const link = type === "mm" ? `many to many, through ${between}` : "a relation of the schema";
  const detail = isLink(column) ? link : (details[column.uidt] ?? "has no column");
  return { table: table.table_name, field: column.title, type: column.uidt, detail };
}
