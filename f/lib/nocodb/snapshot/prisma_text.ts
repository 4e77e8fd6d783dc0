import type { LiveIndex, LiveKey } from "./live.ts";
import { type Enum, type Field, isPlainIndex, type Model, type Relation, type Schema } from "./model.ts";

const HEAD = `// Made from the NocoDB base and the Postgres schema it works on. From here on, migrations are the truth:
// change this file, then run \`prisma migrate dev\`.
generator client {
  provider = "prisma-client-js"
}

datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}
`;

/** The Prisma schema, in the layout of \`prisma format\`. */
export const prismaText = ({ models, enums }: Schema): string =>
  [HEAD, ...models.map(modelText), ...[...enums].sort((a, b) => (a.name < b.name ? -1 : 1)).map(enumText)].join("\n");

const quoted = (text: string): string => JSON.stringify(text);
const block = (word: string, name: string, lines: string[]): string => `${word} ${name} {\n${lines.join("\n")}\n}\n`;

function modelText(model: Model): string {
  const { name, table, fields, relations } = model;
  const rows = [
    ...fields.map((field) => fieldRow(model, field)),
    ...relations.map((relation) => relationRow(model, relation)),
  ];
  const attributes = [
    ...keyAttributes(model),
    ...indexAttributes(model),
    ...(name === table.name ? [] : [`@@map(${quoted(table.name)})`]),
  ];
  const ignored = isIdentified(model) ? [] : ["@@ignore"];
  return block("model", name, [
    ...aligned(rows),
    ...(attributes.length + ignored.length ? ["", ...[...attributes, ...ignored].map((one) => `  ${one}`)] : []),
  ]);
}

/** Prisma's client needs to tell records apart; a table without a key is in the schema and not in the client. */
const isIdentified = ({ table }: Model): boolean =>
  table.constraints.some(({ kind }) => kind === "p") ||
  table.constraints.some(
    ({ kind, columns }) =>
      kind === "u" && columns.every((name) => table.columns.find((one) => one.name === name)?.required),
  ) ||
  table.indexes.some(
    (index) =>
      index.unique &&
      isPlainIndex(index) &&
      index.columns.every((name) => table.columns.find((one) => one.name === name)?.required),
  );

type Row = [name: string, type: string, attributes: string];

function aligned(rows: Row[]): string[] {
  const width = (at: 0 | 1) => Math.max(0, ...rows.map((row) => row[at].length));
  const [names, types] = [width(0), width(1)];
  return rows.map(
    ([name, type, attributes]) =>
      `  ${name.padEnd(names)} ${attributes ? `${type.padEnd(types)} ${attributes}` : type}`,
  );
}

function fieldRow({ table }: Model, { name, column, scalar, native, default: value }: Field): Row {
  const key = table.constraints.find(
    ({ kind, columns }) => kind === "p" && columns.length === 1 && columns[0] === column.name,
  );
  const unique = uniquesOf(table).find(({ columns }) => columns.length === 1 && columns[0] === column.name);
  const attributes = [
    ...(key ? [`@id${mapped(key.name, `${table.name}_pkey`)}`] : []),
    ...(unique && !key ? [`@unique${mapped(unique.name, `${table.name}_${column.name}_key`)}`] : []),
    ...(value === undefined ? [] : [`@default(${value})`]),
    ...(name === column.name ? [] : [`@map(${quoted(column.name)})`]),
    ...(native ? [`@db.${native}`] : []),
  ];
  const suffix = column.isArray ? "[]" : column.required ? "" : "?";
  return [name, `${scalar}${suffix}`, attributes.join(" ")];
}

/** Names of keys and indexes are cut to what Postgres takes, by Prisma in the same way. */
const MAX_NAME = 63;
function usual(name: string): string {
  const suffix = /_(?:pkey|key|idx|fkey)$/.exec(name)?.[0] ?? "";
  return name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME - suffix.length)}${suffix}`;
}
const mapped = (name: string, expected: string): string => (name === usual(expected) ? "" : `(map: ${quoted(name)})`);
const mapAlso = (name: string, expected: string): string => (name === usual(expected) ? "" : `, map: ${quoted(name)}`);

const ACTIONS = { a: "NoAction", r: "Restrict", c: "Cascade", n: "SetNull", d: "SetDefault" };

function relationRow({ table }: Model, { name, to, kind, label, key }: Relation): Row {
  const type = `${to}${{ one: "", optional: "?", many: "[]" }[kind]}`;
  const named = label ? [quoted(label)] : [];
  const parts = key ? [...named, ...keyParts(table.name, kind, key)] : named;
  return [name, type, parts.length ? `@relation(${parts.join(", ")})` : ""];
}

function keyParts(
  table: string,
  kind: Relation["kind"],
  { fields, references, foreignKey }: NonNullable<Relation["key"]>,
): string[] {
  const { onDelete, onUpdate, name, columns }: LiveKey = foreignKey;
  const usually = kind === "optional" ? "n" : "r";
  return [
    `fields: [${fields.join(", ")}], references: [${references.join(", ")}]`,
    ...(onDelete === usually ? [] : [`onDelete: ${ACTIONS[onDelete]}`]),
    ...(onUpdate === "c" ? [] : [`onUpdate: ${ACTIONS[onUpdate]}`]),
    ...(name === usual(`${table}_${columns.join("_")}_fkey`) ? [] : [`map: ${quoted(name)}`]),
  ];
}

type Unique = { name: string; columns: string[] };
const uniquesOf = ({ constraints, indexes }: Model["table"]): Unique[] => [
  ...constraints.filter(({ kind }) => kind === "u"),
  ...indexes
    .filter((index) => index.unique && isPlainIndex(index))
    .map(({ name, columns }) => ({ name, columns: columns as string[] })),
];

function keyAttributes({ table, fields }: Model): string[] {
  const named = (columns: string[]) =>
    columns.map((name) => fields.find(({ column }) => column.name === name)?.name).join(", ");
  const key = table.constraints.find(({ kind, columns }) => kind === "p" && columns.length > 1);
  const seen = new Set<string>();
  const uniques = uniquesOf(table).filter(
    ({ columns }) =>
      columns.length > 1 || seen.size === seen.add(columns[0] as string).size || isKeyColumn(table, columns[0]),
  );
  return [
    ...(key ? [`@@id([${named(key.columns)}]${mapAlso(key.name, `${table.name}_pkey`)})`] : []),
    ...uniques.map(
      ({ name, columns }) => `@@unique([${named(columns)}]${mapAlso(name, `${table.name}_${columns.join("_")}_key`)})`,
    ),
  ];
}

/** A key that is unique a second time says so in a line of its own. */
const isKeyColumn = (table: Model["table"], column: string | undefined): boolean =>
  table.constraints.some(({ kind, columns }) => kind === "p" && columns.length === 1 && columns[0] === column);

const METHODS: Record<string, string> = { hash: "Hash", gin: "Gin", gist: "Gist", spgist: "SpGist", brin: "Brin" };

function indexAttributes({ table, fields }: Model): string[] {
  const nameOf = (column: string | null) => fields.find((field) => field.column.name === column)?.name;
  const plain = table.indexes.filter((index) => !index.unique && isPlainIndex(index));
  return plain.map((index) => {
    const columns = index.columns.map((column, at) => `${nameOf(column)}${sorted(index, at)}`).join(", ");
    const type = METHODS[index.method] ? `, type: ${METHODS[index.method]}` : "";
    return `@@index([${columns}]${mapAlso(index.name, `${table.name}_${index.columns.join("_")}_idx`)}${type})`;
  });
}

const sorted = ({ falling }: LiveIndex, at: number): string => (falling[at] ? "(sort: Desc)" : "");

function enumText({ name, type, values }: Enum): string {
  const width = Math.max(...values.map((one) => one.name.length));
  const lines = values.map(({ name: value, value: stored }) =>
    value === stored ? `  ${value}` : `  ${value.padEnd(width)} @map(${quoted(stored)})`,
  );
  return block("enum", name, [...lines, ...(name === type ? [] : ["", `  @@map(${quoted(type)})`])]);
}
