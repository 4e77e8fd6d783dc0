import { type Sql, transaction } from "../connect.ts";
import { NOT_IN_TRANSACTION, runAlone } from "./alone.ts";
import { failed, type PostgresError, reasonOf } from "./failure.ts";
import { addRecord, lockRecord } from "./record.ts";
import type { Script } from "./script.ts";

/**
 * Runs one migration as the project's owner, who is logged in, and records it in the same transaction: either both
 * stand or neither. A migration that is a single statement which knows no transaction runs without one.
 * Throws InvalidInput with line and reason when it fails; the record says so then, as does `prisma migrate status`.
 */
export async function runMigration(owner: Sql, schema: string, script: Script): Promise<void> {
  const startedAt = new Date();
  await owner.query("discard all"); // the script before may have left settings behind
  try {
    await transaction(owner, async () => {
      await lockRecord(owner, schema);
      if (script.statements.length > 0) await owner.query(script.body);
      await owner.query("set local statement_timeout = 0"); // a short one of the script's would end its record
      await addRecord(owner, schema, script, { state: "applied", startedAt });
    });
  } catch (error) {
    const failure = error as PostgresError;
    if (failure.severity === undefined) throw error;
    if (failure.code === NOT_IN_TRANSACTION && script.statements.length === 1) {
      return runAlone(owner, schema, script);
    }
    await owner.query("discard all");
    await addRecord(owner, schema, script, { state: "failed", startedAt, reason: reasonOf(failure) });
    throw failed(script, failure);
  }
}
