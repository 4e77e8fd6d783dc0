import { ConflictError } from "../errors.ts";
import type { Sql } from "../postgres/connect.ts";
import type { Job } from "../windmill/job.ts";

/** A lease and the audit row that goes with it. The token fences: only the latest holder can give the lease back. */
export type Held = { key: string; token: string; operationId: string };

export type LeaseRequest = Job & {
  verb: string;
  project: string;
  leaseSeconds: number;
  arguments: Record<string, unknown>;
  planHash?: string | undefined;
};

export type Outcome = { status: "succeeded"; result: object } | { status: "failed"; error: object };

const keyOf = (project: string): string => `project:${project}`;

/**
 * Takes the project's lease and starts its audit row, in one statement; answers nothing while another caller holds it.
 * Free is a lease whose time is over, and one whose holder's database session is gone: a killed job leaves at once.
 */
export async function acquire(sql: Sql, request: LeaseRequest): Promise<Held | undefined> {
  const key = keyOf(request.project);
  // On its own: Postgres remembers pg_stat_activity from a statement's first look at it, and what matters below is
  // whether the holder's session is there once the conflict with its lease is seen.
  const own = await sql.query<{ started_at: string }>(
    "select backend_start::text as started_at from pg_stat_activity where pid = pg_backend_pid()",
  );
  const { rows } = await sql.query<{ token: string; operation_id: string }>(
    `with taken as (
       insert into run8n.lease as l (key, owner, reason, token, taken_at, expires_at, session_pid, session_started_at)
       values ($1, $2, $3, 1, now(), now() + make_interval(secs => $4), pg_backend_pid(), $8)
       on conflict (key) do update
         set owner = excluded.owner, reason = excluded.reason, token = l.token + 1,
             taken_at = excluded.taken_at, expires_at = excluded.expires_at,
             session_pid = excluded.session_pid, session_started_at = excluded.session_started_at
         where l.expires_at <= now() or not exists (
           select from pg_stat_activity
            where pid = l.session_pid and backend_start = l.session_started_at)
       returning token
     ), abandoned as (
       update run8n.operation set status = 'failed', error = '{"code": "abandoned"}'
        where project = $6 and status = 'running' and exists (select from taken)
     )
     insert into run8n.operation (actor, job_id, verb, project, arguments, plan_hash, status)
     select $5, $2, $3, $6, $7, $9, 'running' from taken
     returning id as operation_id, (select token from taken) as token`,
    [
      key,
      request.id,
      request.verb,
      request.leaseSeconds,
      request.actor,
      request.project,
      JSON.stringify(request.arguments),
      own.rows[0]?.started_at,
      request.planHash ?? null,
    ],
  );
  const row = rows[0];
  return row && { key, token: row.token, operationId: row.operation_id };
}

/** Ends the audit row and frees the lease, unless another caller has taken it over meanwhile. */
export async function release(sql: Sql, held: Held, outcome: Outcome): Promise<void> {
  const result = outcome.status === "succeeded" ? outcome.result : null;
  const error = outcome.status === "failed" ? outcome.error : null;
  await sql.query(
    `with freed as (update run8n.lease set expires_at = now() where key = $1 and token = $2)
     update run8n.operation
        set status = $4, result = $5, error = $6,
            duration_ms = extract(epoch from clock_timestamp() - started_at) * 1000
      where id = $3`,
    [held.key, held.token, held.operationId, outcome.status, JSON.stringify(result), JSON.stringify(error)],
  );
}

/** The error for a caller that waited long enough: who holds the project, for what and since when. */
export async function lockedBy(sql: Sql, project: string): Promise<ConflictError> {
  const { rows } = await sql.query<{ owner: string; reason: string; taken_at: Date; expires_at: Date }>(
    "select owner, reason, taken_at, expires_at from run8n.lease where key = $1",
    [keyOf(project)],
  );
  const lease = rows[0];
  return new ConflictError(
    `Project ${project} is held by job ${lease?.owner} for ${lease?.reason} since ${lease?.taken_at.toISOString()}`,
    {
      code: "locked",
      hint: "Wait until that job ends and call again; a job that died is taken over by itself.",
      retryable: true,
      details: { owner: lease?.owner, reason: lease?.reason, expiresAt: lease?.expires_at.toISOString() },
    },
  );
}
