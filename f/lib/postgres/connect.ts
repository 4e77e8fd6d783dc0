import pg from "pg";
import { OperationError, redact, UpstreamError } from "../errors.ts";
import type { PostgresqlValue } from "../resources.ts";

/** The narrowest thing SQL needs; `pg.Client` is one, and so is a transaction. */
export type Sql = {
  // biome-ignore lint/suspicious/noExplicitAny: rows are as the statement says, typed where they are read
  query<R = any>(text: string, params?: unknown[]): Promise<{ rows: R[]; rowCount: number | null }>;
};

const CONNECT_TIMEOUT_MS = 10_000;

/** Opens one connection, does the work, closes it whatever happens. */
export const withPostgres = <T>(db: PostgresqlValue, work: (sql: Sql) => Promise<T>): Promise<T> =>
  withClient(db, work);

/** The same for work that needs more of the driver than statements and their rows. */
export async function withClient<T>(db: PostgresqlValue, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    host: db.host,
    port: db.port,
    user: db.user,
    password: db.password,
    database: db.dbname,
    ssl: sslOf(db.sslmode),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: "run8n",
  });
  // A connection that dies while idle between two statements reports here; the next statement fails anyway.
  client.on("error", (error) => console.error(`postgres connection lost: ${redact(error.message)}`));
  try {
    await client.connect();
  } catch (cause) {
    throw new UpstreamError(`Postgres at ${db.host}:${db.port} could not be reached or refused the login`, {
      code: "upstream_unreachable",
      hint: "Check the resource f/infra/postgres and that the server runs.",
      retryable: true,
      cause,
    });
  }
  try {
    return await work(client);
  } catch (error) {
    throw toUpstreamError(error);
  } finally {
    await client.end();
  }
}

/** Runs the work in one transaction on the given connection; any error rolls all of it back. */
export async function transaction<T>(sql: Sql, work: () => Promise<T>): Promise<T> {
  await sql.query("begin");
  try {
    const result = await work();
    await sql.query("commit");
    return result;
  } catch (error) {
    // A lost connection has rolled back by itself, and its own error says more than a failed rollback.
    await sql.query("rollback").catch(() => undefined);
    throw error;
  }
}

/** The one translation of Postgres errors: our own pass through, the server's become Upstream with its SQLSTATE. */
export function toUpstreamError(error: unknown): unknown {
  if (error instanceof OperationError || !(error instanceof Error)) return error;
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  if (severity === undefined) return isLostConnection(error) ? lostConnection(error) : error;
  const retryable = /^(08|40|53|57P)/.test(String(code)) || code === "55P03";
  return new UpstreamError(`Postgres refused a statement (${code})`, {
    hint: retryable ? "Run the same call again." : "See details.sqlstate and the cause.",
    retryable,
    details: { sqlstate: code },
    cause: error,
  });
}

/** The driver has no code of its own for this; the operating system has several. */
const isLostConnection = (error: Error): boolean =>
  /^(ECONN|EPIPE|ETIMEDOUT)/.test((error as NodeJS.ErrnoException).code ?? "") ||
  /^Connection terminated|connection error and is not queryable/.test(error.message);

const lostConnection = (cause: Error): UpstreamError =>
  new UpstreamError("The connection to Postgres was lost in the middle of the work", {
    code: "upstream_unreachable",
    hint: "Run the same call again: it goes on where this one was cut off.",
    retryable: true,
    cause,
  });

/** libpq's names for how much TLS is wanted; `prefer` and `allow` mean what a laptop needs: none. */
function sslOf(mode: string | undefined): false | { rejectUnauthorized: boolean } {
  if (mode === "require") return { rejectUnauthorized: false };
  if (mode === "verify-ca" || mode === "verify-full") return { rejectUnauthorized: true };
  return false;
}
