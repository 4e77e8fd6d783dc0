import type pg from "pg";
import { TooLargeError } from "../../errors.ts";
import type { PostgresqlValue } from "../../resources.ts";
import type { Workspace } from "../../windmill/workspace.ts";
import { withClient } from "../connect.ts";
import { loginOf } from "../credentials.ts";
import { schemaNames } from "../roles.ts";
import { queryFailure } from "./failure.ts";
import { type CheckedQuery, checkedQuery, type QueryRequest } from "./request.ts";
import { JSON_TYPES, uniqueNames } from "./values.ts";

export type QueryResult = {
  columns: string[];
  rows: Record<string, unknown>[];
  /** Whether there is more than the limits let through. */
  truncated: boolean;
  durationMs: number;
};

/** So many rows at a time at most; the first fetch is of one, since nobody knows how large they are. */
const MAX_FETCH = 500;

/**
 * Answers a query as the project's read-only role, in a transaction that can only read and is taken back in the end.
 * Rows are fetched bit by bit and stop at `maxRows` or `maxBytes`, whichever comes first.
 * Throws InvalidInput for what is no single query or what Postgres refuses, Forbidden for what the role may not read,
 * Timeout, TooLarge for a single row above `maxBytes`, Precondition for a project without schema.
 */
export async function runQuery(
  { db, workspace }: { db: PostgresqlValue; workspace: Workspace },
  { project, ...request }: QueryRequest & { project: string },
): Promise<QueryResult> {
  const query = checkedQuery(request);
  const login = await loginOf(workspace, schemaNames(project), "readonly", db);
  return withClient(login, async (client) => {
    const started = Date.now();
    await client.query(
      `begin transaction read only; set local time zone 'UTC'; set local statement_timeout = ${query.timeoutSeconds * 1000}`,
    );
    try {
      const found = await (query.cursor ? fetchRows(client, query, started) : readAll(client, query));
      return { ...found, durationMs: Date.now() - started };
    } catch (error) {
      throw queryFailure(error, query);
    } finally {
      // A lost connection has rolled back by itself, and its own error says more than a failed rollback.
      await client.query("rollback").catch(() => undefined);
    }
  });
}

type Found = Omit<QueryResult, "durationMs">;

/** The extended protocol takes one statement only, whatever the text says. */
const ask = (client: pg.Client, text: string, values: unknown[]) =>
  client.query<unknown[]>({
    text,
    values,
    rowMode: "array",
    types: JSON_TYPES,
    queryMode: "extended",
  } as pg.QueryArrayConfig);

async function fetchRows(client: pg.Client, query: CheckedQuery, started: number): Promise<Found> {
  const { text, params, maxRows, maxBytes, timeoutSeconds } = query;
  await ask(client, `declare found no scroll cursor for ${text}`, params);
  const rows: Record<string, unknown>[] = [];
  let columns: string[] = [];
  let bytes = 0;
  for (let size = 1; ; size = Math.min(size * 2, MAX_FETCH)) {
    const left = Math.max(1, timeoutSeconds * 1000 - (Date.now() - started));
    await client.query(`set local statement_timeout = ${left}`);
    const wanted = Math.min(size, maxRows - rows.length + 1);
    const batch = await ask(client, `fetch ${wanted} from found`, []);
    columns = uniqueNames(batch.fields.map(({ name }) => name));
    for (const values of batch.rows) {
      if (rows.length === maxRows) return { columns, rows, truncated: true };
      bytes += Buffer.byteLength(JSON.stringify(values));
      if (bytes > maxBytes && rows.length > 0) return { columns, rows, truncated: true };
      if (bytes > maxBytes) throw rowTooLarge(bytes, maxBytes);
      rows.push(Object.fromEntries(columns.map((name, at) => [name, values[at]])));
    }
    if (batch.rows.length < wanted) return { columns, rows, truncated: false };
  }
}

/** For explain and show, which know no cursor and have few rows. */
async function readAll(client: pg.Client, { text, params, maxRows }: CheckedQuery): Promise<Found> {
  const { fields, rows } = await ask(client, text, params);
  const columns = uniqueNames(fields.map(({ name }) => name));
  const objects = rows.slice(0, maxRows).map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at]])));
  return { columns, rows: objects, truncated: rows.length > maxRows };
}

const rowTooLarge = (bytes: number, maxBytes: number): TooLargeError =>
  new TooLargeError(`A row of the result has ${bytes} bytes; ${maxBytes} are allowed for all`, {
    hint: "Select fewer columns, or a part of them: left(text, 1000).",
    details: { bytes, maxBytes },
  });
