import type { Database } from "bun:sqlite";

/** A finished run of a schedule. */
export type FinishedRun = { id: string; success: boolean; duration_ms: number };

/** The jobs that schedules have pushed, as opposed to the steps below them. */
export type ScheduledJobs = {
  /** Whether there is one whose end or start will bring the next: a queued one, or a script that runs. */
  hasPending(schedule: string): boolean;
  /** The others that have begun and not ended. */
  running(schedule: string, except: string): string[];
  /** Takes away what is queued. */
  removeQueued(schedule: string): void;
  /** The latest ones that were not skipped, newest first. */
  finished(schedule: string, limit: number, except?: string): FinishedRun[];
};

const OF_SCHEDULE = "parent_job is null and json_extract(doc, '$.schedulePath') = ?";

export function openScheduledJobs(db: Database): ScheduledJobs {
  db.run(
    `create index if not exists job_schedule on job (json_extract(doc, '$.schedulePath'), state, seq)
     where parent_job is null and json_extract(doc, '$.schedulePath') is not null`,
  );
  return {
    hasPending: (schedule) =>
      db
        .query(
          `select 1 from job where ${OF_SCHEDULE}
           and state in ('queued', 'running') and (state = 'queued' or lane = 'worker') limit 1`,
        )
        .get(schedule) !== null,
    running: (schedule, except) =>
      db
        .query<{ id: string }, [string, string]>(
          `select id from job where ${OF_SCHEDULE} and state = 'running' and id <> ? order by seq`,
        )
        .all(schedule, except)
        .map(({ id }) => id),
    removeQueued: (schedule) =>
      void db.query(`delete from job where ${OF_SCHEDULE} and state = 'queued'`).run(schedule),
    finished: (schedule, limit, except = "") =>
      db
        .query<{ id: string; success: number; duration_ms: number }, [string, string, number]>(
          `select id, success, completed_at - started_at as duration_ms from job
           where ${OF_SCHEDULE} and state = 'done' and id <> ? and json_extract(doc, '$.skipped') is null
           order by seq desc limit ?`,
        )
        .all(schedule, except, limit)
        .map(({ success, ...run }) => ({ ...run, success: success === 1 })),
  };
}
