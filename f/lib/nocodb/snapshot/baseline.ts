import { identifier, literal } from "../../postgres/quote.ts";
import type { Live, LiveColumn, LiveIndex, LiveTable } from "./live.ts";
import type { Choice, MadeKey, Schema } from "./model.ts";

/**
 * The statements that build the schema as it stands: applied to an empty one they give the same. No name of a schema is in
 * them, so they go where the connection points.
 */
export function baselineSql({ enums, tables }: Live): string {
  const parts: [title: string, statements: string[]][] = [
    ["CreateEnum", enums.map(({ name, values }) => createEnum(name, values))],
    ["CreateTable", tables.map(createTable)],
    ["CreateIndex", tables.flatMap(({ name, indexes }) => indexes.map((index) => createIndex(name, index)))],
    [
      "AddForeignKey",
      tables.flatMap(({ name, foreignKeys }) =>
        foreignKeys.map(
          (key) => `alter table ${identifier(name)} add constraint ${identifier(key.name)} ${key.definition};`,
        ),
      ),
    ],
  ];
  return sectioned(parts);
}

/** What makes more of it than NocoDB did: choices as enums, links as foreign keys. Nothing, when there are none. */
export function upgradeSql({ choices, madeKeys }: Schema): string {
  return sectioned([
    [
      "CreateEnum",
      choices.map(({ enum: { type, values } }) =>
        createEnum(
          type,
          values.map(({ value }) => value),
        ),
      ),
    ],
    ["AlterTable", choices.map(toEnum)],
    ["AddForeignKey", madeKeys.map(addKey)],
  ]);
}

const sectioned = (parts: [title: string, statements: string[]][]): string =>
  parts.flatMap(([title, statements]) => statements.map((one) => `-- ${title}\n${one}\n`)).join("\n");

const createEnum = (name: string, values: string[]): string =>
  `create type ${identifier(name)} as enum (${values.map(literal).join(", ")});`;

function createTable({ name, columns, constraints }: LiveTable): string {
  const sequences = columns.flatMap((column) => ownSequence(name, column));
  const lines = [
    ...columns.map((column) => columnLine(name, column)),
    ...constraints.map((one) => `constraint ${identifier(one.name)} ${one.definition}`),
  ];
  const table = `create table ${identifier(name)} (\n  ${lines.join(",\n  ")}\n);`;
  return [...sequences.map(({ create }) => create), table, ...sequences.map(({ own }) => own)].join("\n");
}

const SERIALS: Record<string, string> = { integer: "serial", bigint: "bigserial", smallint: "smallserial" };

/** A sequence that \`serial\` would make, under the name it would give. */
const isSerial = (table: string, { name, type, sequence, default: value }: LiveColumn): boolean =>
  sequence !== null &&
  sequence.options === "" &&
  type in SERIALS &&
  sequence.name === `${table}_${name}_seq` &&
  /^nextval\(/.test(value ?? "");

function ownSequence(table: string, column: LiveColumn): { create: string; own: string }[] {
  if (!column.sequence || isSerial(table, column)) return [];
  const { name, options } = column.sequence;
  const own = `alter sequence ${identifier(name)} owned by ${identifier(table)}.${identifier(column.name)};`;
  return [{ create: `create sequence ${identifier(name)}${options ? ` ${options}` : ""};`, own }];
}

function columnLine(table: string, column: LiveColumn): string {
  const { name, type, required, identity, generated } = column;
  if (isSerial(table, column)) return `${identifier(name)} ${SERIALS[type]}`;
  const value =
    column.default === null
      ? ""
      : generated
        ? ` generated always as (${column.default}) stored`
        : ` default ${column.default}`;
  const made = identity ? ` generated ${identity === "a" ? "always" : "by default"} as identity` : value;
  return `${identifier(name)} ${type}${made}${required ? " not null" : ""}`;
}

const createIndex = (table: string, { name, unique, tail }: LiveIndex): string =>
  `create ${unique ? "unique " : ""}index ${identifier(name)} on ${identifier(table)} using ${tail};`;

/** An empty text is no choice: NocoDB shows it as none. */
function toEnum({ table, column, enum: { type } }: Choice): string {
  const name = identifier(column.name);
  const value =
    column.default === null ? [] : [`alter column ${name} set default ${column.default.replace(/::text$/, "")}`];
  const steps = [
    ...(column.default === null ? [] : [`alter column ${name} drop default`]),
    `alter column ${name} type ${identifier(type)} using nullif(${name}, '')::${identifier(type)}`,
    ...value,
  ];
  return `alter table ${identifier(table)}\n  ${steps.join(",\n  ")};`;
}

const RULES = { a: "no action", r: "restrict", c: "cascade", n: "set null", d: "set default" };

function addKey({ table, key }: MadeKey): string {
  const list = (names: string[]) => names.map(identifier).join(", ");
  return (
    `alter table ${identifier(table)} add constraint ${identifier(key.name)} foreign key (${list(key.columns)})\n` +
    `  references ${identifier(key.table)} (${list(key.references)}) on delete ${RULES[key.onDelete]} on update ${RULES[key.onUpdate]};`
  );
}
