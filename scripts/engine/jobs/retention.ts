import type { Database } from "bun:sqlite";
import type { JobStore } from "../store/jobs.ts";
import type { Logs } from "../store/logs.ts";
import type { Job } from "./job.ts";

/** Windmill's community edition keeps jobs for 30 days at most. */
const KEEP_DAYS = 30;
const SWEEP_MS = 60_000;

export type Retention = {
  /** Notes when the job's arguments, result and log are to go. */
  ended(job: Job): void;
  /** Removes what is due, now and from time to time until `stop`. */
  start(): void;
  stop(): void;
};

/**
 * Takes away what must not stay. `delete_after_secs` counts from the end of the job; for a step from the end of the
 * whole flow, whose other steps may still need its result.
 */
export function createRetention(db: Database, jobs: JobStore, logs: Logs): Retention {
  let timer: ReturnType<typeof setTimeout> | undefined;

  const note = (job: Job, end: number) => {
    if (job.deleteAfterSeconds === undefined) return;
    db.query("insert or replace into cleanup values (?, ?)").run(job.id, end + job.deleteAfterSeconds * 1000);
  };

  function sweep(): void {
    clearTimeout(timer);
    const now = Date.now();
    for (const { job } of db
      .query<{ job: string }, [number]>("delete from cleanup where at <= ? returning job")
      .all(now)) {
      jobs.clear(job);
      logs.replace(job, "##DELETED##");
    }
    jobs.removeEndedBefore(new Date(now - KEEP_DAYS * 86_400_000));
    db.query("delete from cached where expires_at <= ?").run(now);
    const next = db.query<{ at: number | null }, []>("select min(at) as at from cleanup").get()?.at ?? undefined;
    timer = setTimeout(sweep, next === undefined ? SWEEP_MS : Math.min(Math.max(next - now, 1), SWEEP_MS));
  }

  return {
    ended(job) {
      const isStep = job.flowStepId !== undefined;
      if (isStep) return;
      const end = job.completedAt?.getTime() ?? Date.now();
      const withSteps = job.rawFlow ? [job, ...jobs.withRoot(job.id)] : [job];
      for (const one of withSteps) note(one, end);
      if (withSteps.some(({ deleteAfterSeconds }) => deleteAfterSeconds !== undefined)) sweep();
    },
    start: sweep,
    stop: () => clearTimeout(timer),
  };
}
