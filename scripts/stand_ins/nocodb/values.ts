import { isSelect } from "./field_types.ts";
import type { Column, Table } from "./metadata.ts";
import { badValue } from "./refused.ts";

export type Version = "v2" | "v3";
type Row = Record<string, unknown>;

const JSON_TYPES = new Set(["Attachment", "JSON"]);

/** A value as it goes into its column. A select takes its own options only. */
export function toColumn(column: Column, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (isSelect(column.uidt)) {
    const chosen = Array.isArray(value)
      ? value.map(String)
      : column.uidt === "MultiSelect"
        ? String(value).split(",")
        : [String(value)];
    const options = column.colOptions?.options?.map(({ title }) => title) ?? [];
    const unknown = chosen.find((one) => one !== "" && !options.includes(one));
    if (unknown !== undefined) throw badValue(`Invalid option(s) "${unknown}" provided for column "${column.title}"`);
    return chosen.join(",");
  }
  if (JSON_TYPES.has(column.uidt)) return typeof value === "string" ? value : JSON.stringify(value);
  if (column.uidt === "DateTime" && typeof value === "string") {
    const time = new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(value) ? value : `${value.replace(" ", "T")}Z`);
    if (Number.isNaN(time.getTime()))
      throw badValue(`Invalid value '${value}' for type 'DateTime' on column '${column.title}'`);
    return time.toISOString().replace("T", " ").replace("Z", "");
  }
  return value;
}

/** A column's value as NocoDB answers it. */
function fromColumn(column: Column, value: unknown, version: Version): unknown {
  if (value === null || value === undefined) return null;
  if (["DateTime", "CreatedTime", "LastModifiedTime"].includes(column.uidt))
    return `${String(value)
      .replace(/\.\d+$/, "")
      .replace(/([+-]\d\d)(:?\d\d)?$/, "")}+00:00`;
  if (column.uidt === "MultiSelect" && version === "v3") return String(value).split(",");
  if (column.uidt === "Attachment" && typeof value === "string") return JSON.parse(value);
  return value;
}

type Nested = { key: unknown; title: unknown };
export type Related = (column: Column) => { key: Column; display: Column };

/** A row, selected by column ids, as v2 answers it: by title, linked records nested. */
export function rowV2(columns: Column[], row: Row, related: Related): Row {
  const nest = (column: Column) => {
    const { key, display } = related(column);
    return (one: Nested) => ({ [key.title]: one.key, [display.title]: one.title });
  };
  return Object.fromEntries(columns.map((column) => [column.title, shown(column, row[column.id], "v2", nest)]));
}

/** The same as v3 answers it: the key beside the fields. */
export function recordV3(columns: Column[], row: Row, related: Related) {
  const nest = (column: Column) => {
    const { display } = related(column);
    return (one: Nested) => ({ id: one.key, fields: { [display.title]: one.title } });
  };
  const fields = columns
    .filter(({ pk }) => !pk)
    .map((column) => [column.title, shown(column, row[column.id], "v3", nest)]);
  const key = columns.find(({ pk }) => pk);
  return { id: key && row[key.id], fields: Object.fromEntries(fields) };
}

function shown(column: Column, value: unknown, version: Version, nest: (column: Column) => (one: Nested) => object) {
  if (column.uidt !== "LinkToAnotherRecord" || value === null) return fromColumn(column, value, version);
  return Array.isArray(value) ? value.map(nest(column)) : nest(column)(value as Nested);
}

/** The fields that answers hold: all but the system's own, which times of creation and change are not. */
export const visible = (_table: Table, columns: Column[]): Column[] =>
  columns.filter(({ system, uidt }) => !system || uidt === "CreatedTime" || uidt === "LastModifiedTime");
