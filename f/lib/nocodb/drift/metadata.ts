import type { Table } from "../metadata.ts";
import { isVirtual } from "../metadata.ts";
import type { Live, LiveColumn, LiveTable } from "../snapshot/live.ts";

/** One thing in which two sides differ. `live` is the schema as it stands. */
export type Difference = {
  between: "nocodb and live" | "migrations and live" | "migrations and record";
  /** A table, `table.column`, or a migration. */
  what: string;
  detail: string;
  /** What puts it right. */
  fix: string;
};

const SYNC = "Run f/infra/nocodb/sync_metadata: NocoDB then takes over what stands in Postgres.";

/** Types that NocoDB calls by other names than Postgres. */
const SHORT: Record<string, string> = {
  int2: "smallint",
  int4: "integer",
  int8: "bigint",
  int: "integer",
  serial: "integer",
  bigserial: "bigint",
  float4: "real",
  float8: "double precision",
  decimal: "numeric",
  bool: "boolean",
  varchar: "character varying",
  bpchar: "character",
  timestamp: "timestamp without time zone",
  timestamptz: "timestamp with time zone",
  time: "time without time zone",
  timetz: "time with time zone",
};

/** Tables and columns of which only one side knows, and columns whose types differ: NocoDB fails to read those. */
export function metadataDrift(live: Live, tables: Table[]): Difference[] {
  const differ = (what: string, detail: string): Difference => ({
    between: "nocodb and live",
    what,
    detail,
    fix: SYNC,
  });
  const known = new Map(tables.map((table) => [table.table_name, table]));
  const unknown = live.tables.filter(({ name }) => !known.has(name));
  const gone = tables.filter(
    ({ table_name }) => table_name !== RECORD && !live.tables.some(({ name }) => name === table_name),
  );
  return [
    ...unknown.map(({ name }) => differ(name, "stands in Postgres and is unknown to NocoDB")),
    ...gone.map(({ table_name }) => differ(table_name, "is known to NocoDB and gone from Postgres")),
    ...live.tables.flatMap((table) => {
      const other = known.get(table.name);
      return other
        ? columnDrift(table, other).map(({ column, detail }) => differ(`${table.name}.${column}`, detail))
        : [];
    }),
  ];
}

/** Prisma's own record, which NocoDB shows once it has read it. */
const RECORD = "_prisma_migrations";

function columnDrift(live: LiveTable, table: Table): { column: string; detail: string }[] {
  const stored = table.columns.filter((column) => column.column_name !== null && !isVirtual(column));
  const named = new Map(stored.map((column) => [column.column_name, column]));
  const unknown = live.columns.filter(({ name }) => !named.has(name));
  const gone = stored.filter(({ column_name }) => !live.columns.some(({ name }) => name === column_name));
  const changed = live.columns.flatMap((column) => {
    const told = named.get(column.name)?.dt;
    return told && !isSameType(column, told)
      ? [{ column: column.name, detail: `is ${column.type} in Postgres and ${told} to NocoDB` }]
      : [];
  });
  return [
    ...unknown.map(({ name }) => ({ column: name, detail: "stands in Postgres and is unknown to NocoDB" })),
    ...gone.map(({ column_name }) => ({
      column: column_name as string,
      detail: "is known to NocoDB and gone from Postgres",
    })),
    ...changed,
  ];
}

/** NocoDB keeps no lengths, and one word for all types that somebody has made. */
function isSameType({ type, enum: made, isArray }: LiveColumn, told: string): boolean {
  if (isArray) return told === "ARRAY" || told.endsWith("[]");
  if (made) return told === "USER-DEFINED" || told === made;
  const bare = type.replace(/\(\d+(,\d+)?\)/, "");
  const other = told.toLowerCase().replace(/\(\d+(,\s*\d+)?\)/, "");
  return bare === other || bare === SHORT[other] || told === "USER-DEFINED";
}
