import type { Sql } from "./connect.ts";

/** Does the work in a transaction and takes all of it back: what a change would come to, without the change. */
export async function rehearse<T>(sql: Sql, work: () => Promise<T>): Promise<T> {
  await sql.query("begin");
  try {
    return await work();
  } finally {
    // A lost connection has rolled back by itself, and its own error says more than a failed rollback.
    await sql.query("rollback").catch(() => undefined);
  }
}
