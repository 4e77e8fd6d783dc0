import { InvalidInputError } from "../errors.ts";
import { describe } from "../names.ts";
import { FIELD_TYPES, isComputed, isSelect, RELATIONS, type Relation, ROLLUPS } from "./field_types.ts";

/** A field as a definition says it; see schemas/table.schema.json. */
export type FieldDefinition = {
  title: string;
  /** Its column in Postgres; undefined for a field that is computed. */
  name?: string;
  type: string;
  description?: string;
  required?: boolean;
  unique?: boolean;
  default?: string | number | boolean;
  choices?: string[];
  precision?: number;
  currency?: string;
  table?: string;
  relation?: Relation;
  through?: string;
  field?: string;
  function?: string;
  formula?: string;
};
export type TableDefinition = { title: string; name: string; description?: string; fields: FieldDefinition[] };

const MAX_FIELDS = 200;
const MAX_TABLES = 100;
/** Characters that mean something in NocoDB's filters and formulas are no part of a title. */
const TITLE = /^[^\s(),~"'`{}\\@$][^(),~"'`{}\\]{0,98}$/;
const NAME = /^[a-z][a-z0-9_]{0,49}$/;
const RESERVED = ["id", "created_at", "updated_at", "created_by", "updated_by", "nc_order"];
const TABLE_KEYS = ["title", "name", "description", "fields"];
const FIELD_KEYS = ["title", "name", "type", "description"];

/** Reads a table's definition, or throws InvalidInput with where it is wrong. Names are made from titles when left out. */
export function tableDefinition(value: unknown, at = "definition"): TableDefinition {
  const given = object(value, at);
  onlyKeys(given, TABLE_KEYS, at);
  const title = titleOf(given.title, `${at}.title`);
  const list = given.fields ?? [];
  if (!Array.isArray(list) || list.length > MAX_FIELDS)
    throw wrong(`${at}.fields`, `must be a list of at most ${MAX_FIELDS} fields`, list);
  const fields = list.map((one, index) => fieldDefinition(one, `${at}.fields[${index}]`));
  distinct(fields, `${at}.fields`);
  return { title, name: nameOf(given.name, title, `${at}.name`), ...descriptionOf(given, at), fields };
}

/** Reads the definitions of all tables of a base. */
export function tableDefinitions(value: unknown, at = "tables"): TableDefinition[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_TABLES)
    throw wrong(at, `must be a list of 1 to ${MAX_TABLES} tables`, value);
  const definitions = value.map((one, index) => tableDefinition(one, `${at}[${index}]`));
  distinct(definitions, at);
  return definitions;
}

/** Reads one field's definition. */
export function fieldDefinition(value: unknown, at = "definition"): FieldDefinition {
  const given = object(value, at);
  const type = given.type;
  const traits = typeof type === "string" && Object.hasOwn(FIELD_TYPES, type) ? FIELD_TYPES[type] : undefined;
  if (typeof type !== "string" || !traits)
    throw wrong(`${at}.type`, `must be one of ${Object.keys(FIELD_TYPES).join(", ")}`, type);
  onlyKeys(given, [...FIELD_KEYS, ...traits.takes], at, ` for a field of type ${type}`);
  const title = titleOf(given.title, `${at}.title`);
  const field: FieldDefinition = { title, type, ...descriptionOf(given, at) };
  if (!isComputed(type)) field.name = nameOf(given.name, title, `${at}.name`);
  else if (given.name !== undefined) throw wrong(`${at}.name`, "is not for a field that has no column", given.name);
  if (field.name && RESERVED.includes(field.name))
    throw wrong(`${at}.name`, `must not be one of NocoDB's own (${RESERVED.join(", ")})`, field.name);
  for (const key of traits.takes)
    if (given[key] !== undefined) Object.assign(field, { [key]: read(key, given[key], `${at}.${key}`) });
  for (const key of needed(type))
    if (field[key] === undefined) throw wrong(`${at}.${key}`, `is needed for ${type}`, undefined);
  if (field.unique && field.default !== undefined)
    throw wrong(`${at}.default`, "cannot go with unique: two records would get it", field.default);
  if (
    isSelect(type) &&
    type === "SingleSelect" &&
    field.default !== undefined &&
    !field.choices?.includes(String(field.default))
  )
    throw wrong(`${at}.default`, "must be one of the choices", field.default);
  return field;
}

function needed(type: string): (keyof FieldDefinition)[] {
  const keys: Record<string, (keyof FieldDefinition)[]> = {
    ...{ SingleSelect: ["choices"], MultiSelect: ["choices"], Links: ["table", "relation"] },
    ...{ Lookup: ["through", "field"], Rollup: ["through", "field", "function"], Formula: ["formula"] },
  };
  return keys[type] ?? [];
}

type Reader = [says: string, holds: (value: unknown) => boolean];
const isText = (max: number) => (value: unknown) =>
  typeof value === "string" && value.length > 0 && value.length <= max;
const isFlag: Reader = ["must be true or false", (value) => typeof value === "boolean"];
const isTitle: Reader = ["must be a title", (value) => typeof value === "string" && TITLE.test(value)];
const READERS: Record<string, Reader> = {
  required: isFlag,
  unique: isFlag,
  default: [
    "must be a text, a number or a truth value",
    (value) => ["number", "boolean"].includes(typeof value) || isText(1000)(value),
  ],
  choices: ["must be a list of 1 to 200 different texts without commas", isChoices],
  precision: [
    "must be a whole number from 0 to 8",
    (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 8,
  ],
  currency: ["must be a code of three capitals", (value) => typeof value === "string" && /^[A-Z]{3}$/.test(value)],
  table: isTitle,
  through: isTitle,
  field: isTitle,
  relation: [
    `must be one of ${Object.keys(RELATIONS).join(", ")}`,
    (value) => typeof value === "string" && Object.hasOwn(RELATIONS, value),
  ],
  function: [`must be one of ${ROLLUPS.join(", ")}`, (value) => ROLLUPS.includes(value as string)],
  formula: ["must be a text of at most 5000 characters", isText(5000)],
};

function read(key: string, value: unknown, at: string): unknown {
  const [says, holds] = READERS[key] as Reader;
  if (!holds(value)) throw wrong(at, says, value);
  return value;
}

function isChoices(value: unknown): boolean {
  if (!Array.isArray(value) || value.length < 1 || value.length > 200) return false;
  const isChoice = (one: unknown) => typeof one === "string" && /^[^,\s](?:[^,]{0,98}[^,\s])?$/.test(one);
  return value.every(isChoice) && new Set(value).size === value.length;
}

function titleOf(value: unknown, at: string): string {
  if (typeof value === "string" && TITLE.test(value) && value === value.trim()) return value;
  throw wrong(at, 'must be 1 to 99 characters without parentheses, commas, quotes, braces, "~" or "\\"', value);
}

/** A name for Postgres made from a title: `Order Items` becomes `order_items`. */
export const nameFrom = (title: string): string =>
  title
    .normalize("NFKD")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[^a-z]+|_+$/g, "")
    .slice(0, 50);

function nameOf(value: unknown, title: string, at: string): string {
  const name = value ?? nameFrom(title);
  if (typeof name === "string" && NAME.test(name)) return name;
  throw wrong(at, "must be 1 to 50 of a-z, 0-9 and _, starting with a letter", value === undefined ? title : value);
}

function descriptionOf({ description }: Record<string, unknown>, at: string): { description?: string } {
  if (description === undefined || description === null) return {};
  if (typeof description !== "string" || description.length > 1000)
    throw wrong(`${at}.description`, "must be a text of at most 1000 characters", description);
  return { description };
}

function object(value: unknown, at: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw wrong(at, "must be an object", value);
}

function onlyKeys(given: Record<string, unknown>, allowed: string[], at: string, note = ""): void {
  const others = Object.keys(given).filter((key) => !allowed.includes(key));
  if (others.length)
    throw wrong(at, `takes only ${allowed.join(", ")}${note}; ${others.length} other key(s) given`, null);
}

/** No two things of a list may go by the same title or the same name. */
function distinct(list: { title: string; name?: string }[], at: string): void {
  for (const key of ["title", "name"] as const) {
    const values = list.flatMap((one) => one[key] ?? []);
    const twice = values.findIndex((one, index) => values.indexOf(one) !== index);
    if (twice >= 0) throw wrong(at, `must each have a ${key} of their own`, values[twice]);
  }
}

const wrong = (at: string, says: string, value: unknown): InvalidInputError =>
  new InvalidInputError(`${at} ${says}${value === null ? "" : `; got ${describe(value)}`}`, {
    hint: "See schemas/table.schema.json for what a definition may hold.",
    details: { argument: at },
  });
