import { InvalidInputError, OperationError, TooLargeError } from "../errors.ts";
import { describe } from "../names.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import { type Base, requireBase } from "./base.ts";
import { BatchFailure, inBatches } from "./batches.ts";
import { type Nocodb, path } from "./client.ts";
import { isLink, requireTable, type Table } from "./metadata.ts";
import { type Fields, readFields } from "./record_fields.ts";
import { existingKeys } from "./record_keys.ts";
import { keyOf, recordsPath } from "./record_pages.ts";

export type CreatedRecords = {
  project: string;
  table: string;
  created: number;
  /** Records whose value of the key field is there already. */
  skipped: number;
  /** The new ids, in the order of the records that were not skipped. */
  ids: (number | string)[];
};

/** What NocoDB takes in one call made with a token: by v2, and by v3, which alone sets links at once. */
export const V2_BATCH = 100;
export const V3_BATCH = 10;
export const MAX_RECORDS = 100_000;

type Asked = { project: string; table: string; records: unknown; keyField?: string | null };

/**
 * Creates records, a hundred per call and some calls at once. With a key field, a record whose value is there already is
 * left out, so that a call that was cut short can be made again. All records are checked before the first is sent.
 * Throws InvalidInput, NotFound, TooLarge for more than 100,000 records; a failure half-way says how many were created.
 */
export async function createRecords(
  { sql, nocodb }: { sql: Sql; nocodb: Nocodb },
  { project: name, table: title, records, keyField }: Asked,
): Promise<CreatedRecords> {
  const base = await requireBase(nocodb, name);
  const { project } = base;
  const table = await requireTable(nocodb, base, title);
  const rows = readList(records, "records").map((one, at) => readFields(table, one, `records[${at}]`));
  requireAll(table, rows);
  const logged = { project, table: table.title, records: rows.length };
  return operate({ sql, verb: "infra/nocodb/create_records", project, arguments: logged, ...LONG }, async () => {
    const fresh = keyField ? await withoutExisting({ nocodb, base }, table, rows, keyField) : rows;
    const ids = await send({ nocodb, base }, table, fresh).catch((failure) => {
      throw halfWay(failure, "created", rows.length - fresh.length);
    });
    return { project, table: table.title, created: ids.length, skipped: rows.length - fresh.length, ids };
  });
}

/** Records of one project are written one call after another, and a large call takes a while. */
export const LONG = { leaseSeconds: 3600, waitSeconds: 120 };

export function readList(value: unknown, argument: string): unknown[] {
  if (!Array.isArray(value))
    throw new InvalidInputError(`${argument} must be a list; got ${describe(value)}`, {
      hint: `Pass ${argument} as [ ... ], also for one.`,
      details: { argument },
    });
  if (value.length <= MAX_RECORDS) return value;
  throw new TooLargeError(`${argument} has ${value.length} items; one call takes ${MAX_RECORDS}`, {
    hint: "Make several calls.",
    details: { argument, limit: MAX_RECORDS },
  });
}

function requireAll(table: Table, rows: Fields[]): void {
  const required = table.columns.filter((one) => one.rqd && !one.pk && !one.system && !one.cdf);
  for (const [at, row] of rows.entries()) {
    const missing = required.find(({ title }) => row[title] === undefined || row[title] === null);
    if (missing)
      throw new InvalidInputError(`records[${at}] has no value for ${missing.title}, which is required`, {
        hint: "Give every record a value for each required field.",
        details: { argument: "records", field: missing.title },
      });
  }
}

/** Records with links go by v3, ten per call; NocoDB's v2 would drop the links without a word. */
async function send({ nocodb, base }: { nocodb: Nocodb; base: Base }, table: Table, rows: Fields[]) {
  const links = table.columns.filter(isLink).map(({ title }) => title);
  const key = keyOf(table).title;
  if (rows.some((row) => links.some((title) => row[title] !== undefined)))
    return inBatches(rows, V3_BATCH, async (batch) => {
      const body = batch.map((fields) => ({ fields: asV3(table, fields) }));
      const { records } = await nocodb.post<{ records: { id: number }[] }>(recordsPath(base, table), body);
      return records.map(({ id }) => id);
    });
  return inBatches(rows, V2_BATCH, async (batch) => {
    const made = await nocodb.post<Record<string, number>[]>(path`/api/v2/tables/${table.id}/records`, batch);
    return made.map((one) => one[key] as number);
  });
}

/** v3 takes the choices of a MultiSelect as a list. */
export const asV3 = (table: Table, fields: Fields): Fields =>
  Object.fromEntries(
    Object.entries(fields).map(([title, value]) => {
      const isMany = table.columns.some((one) => one.title === title && one.uidt === "MultiSelect");
      return [title, isMany && typeof value === "string" ? value.split(",") : value];
    }),
  );

async function withoutExisting(
  ports: { nocodb: Nocodb; base: Base },
  table: Table,
  rows: Fields[],
  keyField: string,
): Promise<Fields[]> {
  const column = table.columns.find((one) => one.title === keyField || one.column_name === keyField);
  const values = column ? rows.map((row) => row[column.title]) : [];
  const isKey = (value: unknown) => (typeof value === "string" && value.length > 0) || typeof value === "number";
  if (!column || !values.every(isKey) || new Set(values).size !== values.length)
    throw new InvalidInputError("keyField must name a field in which each record has a value of its own", {
      hint: "Name a field such as an e-mail address or an order number, or leave keyField out.",
      details: { argument: "keyField" },
    });
  const existing = await existingKeys(ports, table, column, values as (string | number)[]);
  return rows.filter((row) => !existing.has(String(row[column.title])));
}

/** A failure after a part was done: the error of the batch, with how far it came. */
export function halfWay(failure: unknown, word: "created" | "updated" | "deleted", skipped = 0): unknown {
  if (!(failure instanceof BatchFailure)) return failure;
  const { error, done } = failure;
  if (!(error instanceof OperationError)) return error;
  const { message, status, code, hint, retryable, details } = error;
  return new OperationError(`${message}; ${done} records were ${word} before`, status, code, {
    hint:
      done > 0 && word === "created" ? `${hint} Pass a keyField, so that what was created is not created again.` : hint,
    retryable,
    details: { ...details, [word]: done, ...(skipped ? { skipped } : {}) },
  });
}
