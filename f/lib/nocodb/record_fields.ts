import { InvalidInputError } from "../errors.ts";
import { describe } from "../names.ts";
import { isSelect } from "./field_types.ts";
import { type Column, isLink, isVirtual, type Table } from "./metadata.ts";
import { choicesOf } from "./plan.ts";

export type Fields = Record<string, unknown>;

/**
 * Reads one record's fields, by title or column name, into titles. NocoDB drops what it does not know without a word, so
 * it is refused here: unknown and computed fields, choices that a select does not have, links that are no ids.
 */
export function readFields(table: Table, value: unknown, at: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw wrong(at, `must be an object of fields; got ${describe(value)}`);
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const column = table.columns.find((found) => found.title === name || found.column_name === name);
      if (!column || column.system)
        throw wrong(at, `has a field that table ${table.title} lacks; its fields are ${writable(table).join(", ")}`);
      return [column.title, readValue(column, one, at)];
    }),
  );
}

const writable = (table: Table): string[] => table.columns.filter(isWritable).map(({ title }) => title);
const isWritable = (column: Column): boolean =>
  !column.system && !column.pk && column.uidt !== "ForeignKey" && (!isVirtual(column) || isLink(column));

function readValue(column: Column, value: unknown, at: string): unknown {
  const { title } = column;
  if (column.pk || !isWritable(column)) throw wrong(at, `cannot set ${title}: NocoDB makes it itself`);
  if (isLink(column)) return linkedIds(value, `${at}: ${title}`);
  if (value === null || value === undefined) return null;
  if (isSelect(column.uidt)) return readChoices(column, value, at);
  return value;
}

/** A select's choices as NocoDB's v2 takes them: in one text. */
function readChoices(column: Column, value: unknown, at: string): string {
  const many = column.uidt === "MultiSelect";
  const given = Array.isArray(value) && many ? value : typeof value === "string" && many ? value.split(",") : [value];
  const choices = choicesOf(column);
  if (given.every((one) => typeof one === "string" && choices.includes(one))) return given.join(",");
  throw wrong(at, `must have one of the choices of ${column.title}: ${choices.slice(0, 50).join(", ")}`);
}

function linkedIds(value: unknown, at: string): { id: number | string }[] {
  const given = value === null || value === undefined ? [] : Array.isArray(value) ? value : [value];
  return given.map((one) => ({ id: recordId(one, at) }));
}

/** A record's id: a whole number or a text without what means something in a filter. */
export function recordId(value: unknown, at: string): number | string {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  if (typeof value === "string" && /^[\w-]{1,64}$/.test(value)) return value;
  throw wrong(at, `must be a record's id, a number or a short text; got ${describe(value)}`);
}

const wrong = (at: string, says: string): InvalidInputError =>
  new InvalidInputError(`${at} ${says}`, {
    hint: "See f/infra/nocodb/list_tables for the table's fields and their types.",
    details: { argument: at.split(/[[.:]/)[0] },
  });
