import { InvalidInputError, NotFoundError } from "../errors.ts";
import { describe } from "../names.ts";
import type { Base } from "./base.ts";
import { type Nocodb, path } from "./client.ts";

/** What NocoDB knows of a table's fields; the names are its own. */
export type Column = {
  id: string;
  fk_model_id: string;
  title: string;
  /** Null for a field that is computed and has no column. */
  column_name: string | null;
  uidt: string;
  /** The column's type in Postgres, in its short or its long name. */
  dt: string | null;
  pk: boolean;
  pv: boolean | null;
  rqd: boolean;
  unique: boolean | null;
  cdf: string | null;
  system: boolean | null;
  meta: Record<string, unknown> | null;
  description: string | null;
  colOptions?: ColumnOptions;
};

export type ColumnOptions = {
  options?: { id: string; title: string; color?: string }[];
  type?: "hm" | "bt" | "mm" | "oo";
  fk_related_model_id?: string;
  fk_child_column_id?: string;
  fk_parent_column_id?: string;
  fk_mm_model_id?: string | null;
  fk_mm_child_column_id?: string | null;
  fk_mm_parent_column_id?: string | null;
  fk_relation_column_id?: string;
  fk_lookup_column_id?: string;
  fk_rollup_column_id?: string;
  rollup_function?: string;
  formula_raw?: string;
};

export type TableRow = {
  id: string;
  title: string;
  table_name: string;
  source_id: string;
  description: string | null;
  /** A table between two others, which NocoDB makes for a link of many to many and shows nobody. */
  mm: boolean;
};
export type Table = TableRow & { columns: Column[] };

const LINKS = ["Links", "LinkToAnotherRecord"];
const VIRTUAL = [...LINKS, "Lookup", "Rollup", "Formula", "QrCode", "Barcode", "Button"];
export const isLink = (column: Column): boolean => LINKS.includes(column.uidt);
export const isVirtual = (column: Column): boolean => VIRTUAL.includes(column.uidt);

/** The tables of a base in the database that the project uses, in the order of their titles. */
export async function tableRows(nocodb: Nocodb, base: Base, { between = false } = {}): Promise<TableRow[]> {
  const { list } = await nocodb.get<{ list: TableRow[] }>(
    path`/api/v2/meta/bases/${base.id}/tables`,
    between ? { includeM2M: "true" } : {},
  );
  return list.filter(({ source_id }) => source_id === base.sourceId).sort((a, b) => (a.title < b.title ? -1 : 1));
}

export const readTable = (nocodb: Nocodb, id: string): Promise<Table> =>
  nocodb.get<Table>(path`/api/v2/meta/tables/${id}`);

/** All tables with their fields; a few at once. */
export async function readTables(nocodb: Nocodb, base: Base, options?: { between: boolean }): Promise<Table[]> {
  const rows = await tableRows(nocodb, base, options);
  const tables: Table[] = [];
  for (let at = 0; at < rows.length; at += AT_ONCE)
    tables.push(...(await Promise.all(rows.slice(at, at + AT_ONCE).map(({ id }) => readTable(nocodb, id)))));
  return tables;
}
const AT_ONCE = 4;

/** A table by its title or its name in Postgres. Throws NotFound, InvalidInput for what is no name. */
export async function requireTable(nocodb: Nocodb, base: Base, name: unknown): Promise<Table> {
  const found = (await tableRows(nocodb, base)).find((one) => one.title === name || one.table_name === name);
  if (found) return readTable(nocodb, found.id);
  if (typeof name !== "string" || name === "" || name.length > 255)
    throw new InvalidInputError(`A table is named by its title; got ${describe(name)}`, {
      hint: "Pass the title of a table, as list_tables shows it.",
      details: { argument: "table" },
    });
  throw new NotFoundError(`The base of project ${base.project} has no such table`, {
    hint: "See f/infra/nocodb/list_tables for those there are.",
    details: { argument: "table" },
  });
}
