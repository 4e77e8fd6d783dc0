import { unsupported } from "./refused.ts";

/** What a field of each type is in Postgres; a virtual one has no column. */
const COLUMNS: Record<string, string> = {
  ID: "integer",
  SingleLineText: "text",
  LongText: "text",
  PhoneNumber: "character varying",
  URL: "text",
  Email: "character varying",
  Number: "bigint",
  Decimal: "numeric",
  Currency: "numeric",
  Percent: "double precision",
  Duration: "numeric",
  Date: "date",
  DateTime: "timestamp without time zone",
  Time: "time without time zone",
  Year: "integer",
  SingleSelect: "text",
  MultiSelect: "text",
  Rating: "smallint",
  Checkbox: "boolean",
  Attachment: "text",
  JSON: "json",
  ForeignKey: "integer",
  CreatedTime: "timestamp without time zone",
  LastModifiedTime: "timestamp without time zone",
  CreatedBy: "character varying",
  LastModifiedBy: "character varying",
  Order: "numeric",
};

const VIRTUAL = new Set(["Links", "LinkToAnotherRecord", "Lookup", "Rollup", "Formula"]);

export const isVirtual = (type: string): boolean => VIRTUAL.has(type);
export const isLink = (type: string): boolean => type === "Links" || type === "LinkToAnotherRecord";
export const isSelect = (type: string): boolean => type === "SingleSelect" || type === "MultiSelect";

export function columnTypeOf(type: string): string {
  const found = COLUMNS[type];
  if (found) return found;
  throw unsupported(`fields of type ${type}`);
}

/** What a column that NocoDB finds in a database becomes. */
export function fieldTypeOf(dataType: string, primary: boolean): string {
  if (primary) return "ID";
  const found: [RegExp, string][] = [
    [/^(integer|bigint|smallint)$/, "Number"],
    [/^(numeric|real|double precision)$/, "Decimal"],
    [/^boolean$/, "Checkbox"],
    [/^date$/, "Date"],
    [/^timestamp/, "DateTime"],
    [/^time/, "Time"],
    [/^jsonb?$/, "JSON"],
    [/^text$/, "LongText"],
    [/^character/, "SingleLineText"],
  ];
  return found.find(([pattern]) => pattern.test(dataType))?.[1] ?? "SpecificDBType";
}

/** The fields that NocoDB adds to each table it creates, after the key. */
export const SYSTEM: [title: string, column: string, type: string][] = [
  ["CreatedAt", "created_at", "CreatedTime"],
  ["UpdatedAt", "updated_at", "LastModifiedTime"],
  ["nc_created_by", "created_by", "CreatedBy"],
  ["nc_updated_by", "updated_by", "LastModifiedBy"],
  ["nc_order", "nc_order", "Order"],
];
