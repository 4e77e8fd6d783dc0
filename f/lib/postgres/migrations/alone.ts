import { ConflictError } from "../../errors.ts";
import type { Sql } from "../connect.ts";
import { failed, type PostgresError, reasonOf } from "./failure.ts";
import { addRecord, endRecord, readRecord } from "./record.ts";
import type { Script } from "./script.ts";

/** What Postgres says of a statement that runs only outside of a transaction. */
export const NOT_IN_TRANSACTION = "25001";
/** What it says when an index that is to be built, or dropped, is there, or gone, already. */
const DONE_BEFORE = ["42P07", "42704"];

/**
 * Runs a migration of one statement such as `create index concurrently`. Nothing can make it one with its record, so the
 * record comes first and is ended afterwards; a try that was killed in between is taken up by the next. What a failed
 * build leaves behind, an index that is never used, is dropped.
 */
export async function runAlone(owner: Sql, schema: string, script: Script): Promise<void> {
  const resumed = (await readRecord(owner, schema)).some(
    ({ name, state }) => name === script.name && state === "started",
  );
  if (resumed) await dropUnusable(owner, schema);
  const id = await addRecord(owner, schema, script, { state: "started", startedAt: new Date() });
  try {
    await owner.query(script.body);
  } catch (error) {
    const failure = error as PostgresError;
    if (failure.severity === undefined) throw error;
    if (!resumed || !DONE_BEFORE.includes(failure.code ?? "")) {
      await dropUnusable(owner, schema);
      await endRecord(owner, schema, id, { state: "failed", reason: reasonOf(failure) });
      throw failed(script, failure);
    }
  }
  await endRecord(owner, schema, id, { state: "applied" });
}

/**
 * Drops indexes that a failed build has left. The session of a killed job may go on building for a while; its index is
 * no failure yet, so that one has to be waited for.
 */
async function dropUnusable(owner: Sql, schema: string): Promise<void> {
  const { rows } = await owner.query<{ name: string; building: boolean }>(
    `select indexrelid::regclass::text as name,
            exists (select from pg_stat_progress_create_index where index_relid = indexrelid) as building
       from pg_index join pg_class on pg_class.oid = indexrelid
      where relnamespace = to_regnamespace(quote_ident($1)) and relkind = 'i' and not indisvalid`,
    [schema],
  );
  if (rows.some(({ building }) => building)) {
    throw new ConflictError("An index of an earlier call is still being built", {
      code: "locked",
      hint: "Call again in a while; it goes on from there.",
      retryable: true,
    });
  }
  for (const { name } of rows) await owner.query(`drop index concurrently ${name}`);
}
