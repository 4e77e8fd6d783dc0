import { randomUUID } from "node:crypto";
import type { Sql } from "../connect.ts";
import { identifier } from "../quote.ts";
import { type RoleKind, rolesOf } from "../roles.ts";
import type { Script } from "./script.ts";

/**
 * One try of a migration, as Prisma's own table has it. `failed` and `started` are ours and taken up by the next call;
 * Prisma's own unfinished ones are `unknown`, and show as failed in `prisma migrate status` as ours do.
 */
export type Recorded = {
  id: string;
  name: string;
  checksum: string;
  state: "applied" | "rolled_back" | "failed" | "started" | "unknown";
};

/** How our unfinished tries are told from Prisma's, in the column that Prisma has for what went wrong. */
const FAILED = "run8n: nothing of it was kept: ";
const STARTED = "run8n: runs outside of a transaction";

const tableOf = (schema: string): string => `${identifier(schema)}."_prisma_migrations"`;

/** What has been tried so far, oldest first; nothing where there is no such table. */
export async function readRecord(sql: Sql, schema: string): Promise<Recorded[]> {
  const { rows: found } = await sql.query("select to_regclass($1) is not null as exists", [tableOf(schema)]);
  if (!found[0].exists) return [];
  const { rows } = await sql.query<Recorded>(
    `select id, migration_name as name, checksum,
            case when rolled_back_at is not null then 'rolled_back'
                 when finished_at is not null then 'applied'
                 when starts_with(logs, $1) then 'failed'
                 when starts_with(logs, $2) then 'started' else 'unknown' end as state
       from ${tableOf(schema)} order by started_at, migration_name`,
    [FAILED, STARTED],
  );
  return rows;
}

/** Creates the table as Prisma does. The app has no business in it, whatever the defaults for new tables say. */
export async function ensureRecord(sql: Sql, schema: string): Promise<void> {
  const app: RoleKind = "app";
  await sql.query(`
    create table if not exists ${tableOf(schema)} (
      id varchar(36) primary key not null,
      checksum varchar(64) not null,
      finished_at timestamptz,
      migration_name varchar(255) not null,
      logs text,
      rolled_back_at timestamptz,
      started_at timestamptz not null default now(),
      applied_steps_count integer not null default 0
    );
    revoke all on ${tableOf(schema)} from ${identifier(rolesOf(schema)[app])}`);
}

/** Lets nobody else, such as `prisma migrate deploy`, record anything until the end of the transaction. */
export const lockRecord = async (sql: Sql, schema: string): Promise<void> =>
  void (await sql.query(`lock table ${tableOf(schema)} in share row exclusive mode`));

type Outcome = { state: "applied" | "started" } | { state: "failed"; reason: string };

const logsOf = (outcome: Outcome): string | null =>
  outcome.state === "failed" ? FAILED + outcome.reason : outcome.state === "started" ? STARTED : null;

/** Notes a try and answers its id; earlier ones that came to nothing are done with. */
export async function addRecord(
  sql: Sql,
  schema: string,
  { name, checksum }: Pick<Script, "name" | "checksum">,
  { startedAt, ...outcome }: Outcome & { startedAt: Date },
): Promise<string> {
  const id = randomUUID();
  await sql.query(
    `update ${tableOf(schema)} set rolled_back_at = clock_timestamp()
      where migration_name = $1 and finished_at is null and rolled_back_at is null`,
    [name],
  );
  await sql.query(
    `insert into ${tableOf(schema)} (id, checksum, migration_name, started_at, logs) values ($1, $2, $3, $4, $5)`,
    [id, checksum, name, startedAt, logsOf(outcome)],
  );
  if (outcome.state === "applied") await endRecord(sql, schema, id, outcome);
  return id;
}

/** Notes what a try that was noted before has come to. Times are the statement's: a transaction may be long. */
export async function endRecord(sql: Sql, schema: string, id: string, outcome: Outcome): Promise<void> {
  const done = outcome.state === "applied";
  await sql.query(
    `update ${tableOf(schema)} set logs = $2, applied_steps_count = $3,
            finished_at = case when $3 = 1 then clock_timestamp() end where id = $1`,
    [id, logsOf(outcome), done ? 1 : 0],
  );
}
