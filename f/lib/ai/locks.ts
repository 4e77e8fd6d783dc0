import type { Sql } from "../postgres/connect.ts";
import { hashOf } from "./hash.ts";
import type { Index } from "./index_record.ts";

/**
 * Works on documents of a source while nobody else does. Postgres gives the locks back when the connection ends, so a
 * killed worker holds nobody up. Everybody takes them in one order, so that two cannot wait for each other.
 */
export async function withDocuments<T>(
  sql: Sql,
  { project, name }: Index,
  source: string,
  documents: string[],
  work: () => Promise<T>,
): Promise<T> {
  const keys = documents.map((document) => keyOf(project, name, source, document)).sort();
  return withLocks(sql, [...new Set(keys)], work);
}

/** Decides on what is in a source and what is not while nobody else does. */
export const withSource = <T>(sql: Sql, { project, name }: Index, source: string, work: () => Promise<T>): Promise<T> =>
  withLocks(sql, [keyOf(project, name, source)], work);

async function withLocks<T>(sql: Sql, keys: string[], work: () => Promise<T>): Promise<T> {
  try {
    await sql.query(
      `select pg_advisory_lock(key)
         from unnest($1::bigint[]) with ordinality as wanted(key, place) order by place`,
      [keys],
    );
    return await work();
  } finally {
    // A connection that is gone has given its locks back by itself, and its own error says more.
    await sql.query("select pg_advisory_unlock(key) from unnest($1::bigint[]) as key", [keys]).catch(() => undefined);
  }
}

/** A 64-bit number, as Postgres's locks have it. */
const keyOf = (...parts: string[]): string =>
  BigInt.asIntN(64, BigInt(`0x${hashOf(...parts).slice(0, 16)}`)).toString();
