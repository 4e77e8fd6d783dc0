import type { LiveColumn } from "./live.ts";

/** How a column's type is written in Prisma: the scalar, and the attribute that says which of Postgres's types it is. */
export type PrismaType = { scalar: string; native?: string };

/** `type (parameters)` as format_type writes it, by its name; what is not here is `Unsupported`. */
const TYPES: Record<string, (parameters: string | undefined) => PrismaType> = {
  text: () => ({ scalar: "String" }),
  "character varying": (length) => ({ scalar: "String", native: length ? `VarChar(${length})` : "VarChar" }),
  character: (length) => ({ scalar: "String", native: `Char(${length ?? 1})` }),
  uuid: () => ({ scalar: "String", native: "Uuid" }),
  inet: () => ({ scalar: "String", native: "Inet" }),
  xml: () => ({ scalar: "String", native: "Xml" }),
  bit: (length) => ({ scalar: "String", native: `Bit(${length ?? 1})` }),
  "bit varying": (length) => ({ scalar: "String", native: length ? `VarBit(${length})` : "VarBit" }),
  citext: () => ({ scalar: "String", native: "Citext" }),
  integer: () => ({ scalar: "Int" }),
  smallint: () => ({ scalar: "Int", native: "SmallInt" }),
  oid: () => ({ scalar: "Int", native: "Oid" }),
  bigint: () => ({ scalar: "BigInt" }),
  "double precision": () => ({ scalar: "Float" }),
  real: () => ({ scalar: "Float", native: "Real" }),
  numeric: (digits) => ({ scalar: "Decimal", native: digits ? `Decimal(${digits.replace(",", ", ")})` : "Decimal" }),
  money: () => ({ scalar: "Decimal", native: "Money" }),
  boolean: () => ({ scalar: "Boolean" }),
  date: () => ({ scalar: "DateTime", native: "Date" }),
  bytea: () => ({ scalar: "Bytes" }),
  json: () => ({ scalar: "Json", native: "Json" }),
  jsonb: () => ({ scalar: "Json" }),
};

/** Moments have their precision in the middle of their name; six digits are Postgres's own default. */
const MOMENT = /^(timestamp|time)(?:\((\d)\))? (with|without) time zone$/;

export function prismaType({ type, isArray }: LiveColumn): PrismaType {
  const bare = isArray ? type.replace(/(\[\])+$/, "") : type;
  const [, kind, precision = "6", zone] = MOMENT.exec(bare) ?? [];
  if (kind) {
    const name = { timestamp: "Timestamp", time: "Time" }[kind];
    return { scalar: "DateTime", native: `${name}${zone === "with" ? "tz" : ""}(${precision})` };
  }
  const [, name = "", parameters] = /^([a-z ]+?)(?:\(([^)]*)\))?$/.exec(bare) ?? [];
  const known = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  return known?.(parameters) ?? { scalar: `Unsupported(${JSON.stringify(bare)})` };
}

const isText = (scalar: string): boolean => scalar === "String";
const isNumber = (scalar: string): boolean => ["Int", "BigInt", "Float", "Decimal"].includes(scalar);

/** A column's default as Prisma writes it; an expression it has no word for stays Postgres's own. */
export function prismaDefault(
  column: LiveColumn,
  scalar: string,
  nameOfValue?: (value: string) => string | undefined,
): string | undefined {
  if (column.generated) return undefined;
  if (column.identity || column.sequence) return "autoincrement()";
  const expression = column.default;
  if (expression === null || scalar.startsWith("Unsupported")) return undefined;
  const literal = /^'((?:[^']|'')*)'(?:::.+)?$/s.exec(expression)?.[1]?.replaceAll("''", "'");
  const value = literal === undefined ? undefined : nameOfValue?.(literal);
  if (value) return value;
  if (scalar === "DateTime" && /^(now\(\)|CURRENT_TIMESTAMP)$/i.test(expression)) return "now()";
  if (scalar === "Boolean" && /^(true|false)$/.test(expression)) return expression;
  const number = /^\(?'?(-?\d+(?:\.\d+)?)'?\)?(?:::[\w ]+)?$/.exec(expression)?.[1];
  if (isNumber(scalar) && number !== undefined) return number;
  if (isText(scalar) && literal !== undefined && !column.isArray) return JSON.stringify(literal);
  return `dbgenerated(${JSON.stringify(expression)})`;
}
