import { randomBytes } from "node:crypto";
import { OperationError, redact } from "../../errors.ts";
import type { Sql } from "../../postgres/connect.ts";
import type { Recorded } from "../../postgres/migrations/record.ts";
import { isChecksumOf, type Script } from "../../postgres/migrations/script.ts";
import { identifier } from "../../postgres/quote.ts";
import { rehearse } from "../../postgres/rehearse.ts";
import { type Live, liveIn } from "../snapshot/live.ts";
import type { Difference } from "./metadata.ts";

/** What was sent against what Prisma's table says was applied. */
export function recordDrift(scripts: Script[], recorded: Recorded[]): Difference[] {
  const differ = (what: string, detail: string, fix: string): Difference => ({
    between: "migrations and record",
    what,
    detail,
    fix,
  });
  const sent = new Map(scripts.map((script) => [script.name, script]));
  const applied = new Map(recorded.filter(({ state }) => state === "applied").map((one) => [one.name, one]));
  const halfway = recorded.filter(
    ({ name, state }) => !applied.has(name) && ["failed", "started", "unknown"].includes(state),
  );
  return [
    ...scripts
      .filter(({ name }) => !applied.has(name))
      .map(({ name }) =>
        differ(name, "is not applied", "Apply it with f/infra/postgres/apply_migrations or `prisma migrate deploy`."),
      ),
    ...[...applied.values()]
      .filter(({ name }) => !sent.has(name))
      .map(({ name }) =>
        differ(name, "was applied and is missing from what was sent", "Bring its folder back from version control."),
      ),
    ...[...applied.values()]
      .filter(({ name, checksum }) => sent.has(name) && !isChecksumOf(checksum, sent.get(name) as Script))
      .map(({ name }) =>
        differ(name, "was changed after it had been applied", "Restore the file; put the change into a new migration."),
      ),
    ...halfway.map(({ name }) =>
      differ(name, "was begun and did not end", "Look at what stands, then `prisma migrate resolve` it."),
    ),
  ];
}

/**
 * What the applied migrations build against what stands. They are run once more into an empty schema, in a transaction
 * that is taken back, so nothing is kept and no shadow database is needed.
 */
export async function historyDrift(sql: Sql, live: Live, applied: Script[], path: string[]): Promise<Difference[]> {
  const differ = (what: string, detail: string, fix: string): Difference => ({
    between: "migrations and live",
    what,
    detail,
    fix,
  });
  const schema = `run8n_rehearsal_${randomBytes(6).toString("hex")}`;
  try {
    const built = await rehearse(sql, async () => {
      await sql.query("set local lock_timeout = '5s'; set local statement_timeout = '2min'");
      await sql.query(
        `create schema ${schema}; set local search_path = ${[schema, ...path].map(identifier).join(", ")}`,
      );
      for (const { body } of applied) await sql.query(body);
      return liveIn(sql, schema);
    });
    return compare(built as Live, live).map(({ what, detail }) => differ(what, detail, MEND));
  } catch (error) {
    const reason = error instanceof OperationError ? error.message : redact((error as Error).message).slice(0, 300);
    return [
      differ("all", `the migrations do not run in one transaction: ${reason}`, "Compare with `prisma migrate diff`."),
    ];
  }
}

const MEND = "Put the change into a migration and record it with `prisma migrate resolve --applied`, or undo it.";

type Part = { what: string; detail: string };

/** Parts of a schema by name, each as one text; those that only one side has, and those that are not the same. */
function compare(built: Live, live: Live): Part[] {
  const [wanted, found] = [partsOf(built), partsOf(live)];
  return [...new Set([...wanted.keys(), ...found.keys()])].sort().flatMap((what) => {
    const [one, other] = [wanted.get(what), found.get(what)];
    if (one === other) return [];
    if (other === undefined) return [{ what, detail: "is made by the migrations and does not stand" }];
    if (one === undefined) return [{ what, detail: "stands and is made by no migration" }];
    return [{ what, detail: "stands otherwise than the migrations make it" }];
  });
}

function partsOf({ enums, tables }: Live): Map<string, string> {
  const parts: [string, unknown][] = [
    ...enums.map(({ name, values }): [string, unknown] => [`enum ${name}`, values]),
    ...tables.flatMap(({ name, columns, constraints, indexes, foreignKeys }): [string, unknown][] => [
      [name, "table"],
      ...columns.map((one): [string, unknown] => [`${name}.${one.name}`, one]),
      ...constraints.map((one): [string, unknown] => [`constraint ${one.name} of ${name}`, one]),
      ...indexes.map((one): [string, unknown] => [`index ${one.name} of ${name}`, one]),
      ...foreignKeys.map((one): [string, unknown] => [`foreign key ${one.name} of ${name}`, one]),
    ]),
  ];
  return new Map(parts.map(([what, part]) => [what, JSON.stringify(part)]));
}
