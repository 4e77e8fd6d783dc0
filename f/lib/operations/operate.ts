import { ConflictError, OperationError } from "../errors.ts";
import type { Sql } from "../postgres/connect.ts";
import { currentJob } from "../windmill/job.ts";
import { withTables } from "./tables.ts";

export type Operation = {
  sql: Sql;
  /** The script's path below `f/`, as in `infra/postgres/ensure_schema`. */
  verb: string;
  project: string;
  /** What was asked, without resources, file contents or secrets; it is stored. */
  arguments: Record<string, unknown>;
  /** How long to queue behind another caller of the same project. */
  waitSeconds?: number;
  /** After this long without an end, another caller may take over. */
  leaseSeconds?: number;
  sleep?: (ms: number) => Promise<void>;
};

const POLL_MS = 100;

/**
 * Does mutating work on a project: takes the project's lease, writes one audit row, gives the lease back.
 * Two callers at once run one after the other; a caller that was killed is taken over when its lease ends.
 * Throws Conflict `locked`, which names the holder, when the lease is not free within `waitSeconds`.
 */
export async function operate<T extends object>(operation: Operation, work: () => Promise<T>): Promise<T> {
  const { sql, verb, project, waitSeconds = 30, leaseSeconds = 120 } = operation;
  const sleep = operation.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  const job = currentJob();
  const key = `project:${project}`;
  const started = Date.now();
  let held: { token: string; operation_id: string } | undefined;
  for (;;) {
    held = await withTables(sql, () => begin(operation, key, job, leaseSeconds));
    if (held) break;
    if (Date.now() - started >= waitSeconds * 1000) throw await lockedBy(sql, key);
    await sleep(POLL_MS);
  }
  const finish = (status: "succeeded" | "failed", result: unknown, error: unknown) =>
    sql.query(
      `with freed as (update run8n.lease set expires_at = now() where key = $1 and token = $2)
       update run8n.operation
          set status = $4, result = $5, error = $6,
              duration_ms = extract(epoch from clock_timestamp() - started_at) * 1000
        where id = $3`,
      [key, held.token, held.operation_id, status, JSON.stringify(result ?? null), JSON.stringify(error ?? null)],
    );
  try {
    const result = await work();
    await finish("succeeded", result, null);
    return result;
  } catch (error) {
    await finish("failed", null, describeFailure(error));
    throw error;
  }

  async function begin({ arguments: args }: Operation, leaseKey: string, by: typeof job, seconds: number) {
    const { rows } = await sql.query<{ token: string; operation_id: string }>(
      `with taken as (
         insert into run8n.lease as l (key, owner, reason, token, taken_at, expires_at)
         values ($1, $2, $3, 1, now(), now() + make_interval(secs => $4))
         on conflict (key) do update
           set owner = excluded.owner, reason = excluded.reason, token = l.token + 1,
               taken_at = excluded.taken_at, expires_at = excluded.expires_at
           where l.expires_at <= now()
         returning token
       )
       insert into run8n.operation (actor, job_id, verb, project, arguments, status)
       select $5, $2, $3, $6, $7, 'running' from taken
       returning id as operation_id, (select token from taken) as token`,
      [leaseKey, by.id, verb, seconds, by.actor, project, JSON.stringify(args)],
    );
    return rows[0];
  }
}

async function lockedBy(sql: Sql, key: string): Promise<ConflictError> {
  const { rows } = await sql.query<{ owner: string; reason: string; taken_at: Date; expires_at: Date }>(
    "select owner, reason, taken_at, expires_at from run8n.lease where key = $1",
    [key],
  );
  const lease = rows[0];
  return new ConflictError(
    `${key} is held by job ${lease?.owner} for ${lease?.reason} since ${lease?.taken_at.toISOString()}`,
    {
      code: "locked",
      hint: "Wait until that job ends and call again; a job that died is taken over when its lease expires.",
      retryable: true,
      details: { owner: lease?.owner, reason: lease?.reason, expiresAt: lease?.expires_at.toISOString() },
    },
  );
}

function describeFailure(error: unknown) {
  if (error instanceof OperationError) return { code: error.code, message: error.message };
  return { code: "internal", name: error instanceof Error ? error.name : "Unknown" };
}
