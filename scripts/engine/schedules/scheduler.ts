import type { Engine } from "../engine.ts";
import { ApiError } from "../errors.ts";
import { type Job, type JobEnd, usesWorker } from "../jobs/job.ts";
import { next } from "./cron.ts";
import { handleFailure } from "./on_failure.ts";
import { type Schedule, toSchedule } from "./schedule.ts";
import { openScheduledJobs, type ScheduledJobs } from "./scheduled_jobs.ts";
import { jobOf } from "./tick.ts";

/**
 * Keeps one queued job for every enabled schedule, due at its next time. A script's end brings its next job and a
 * flow's start does; so a tick that is missed, because a script takes longer or nobody was there, is not made up for.
 */
export type Scheduler = {
  jobs: ScheduledJobs;
  /** After a change: takes away what is queued, and queues the next job if there is to be one. Throws as `jobOf`. */
  renew(path: string): void;
  /** How a flow ends at once that may not run beside an earlier one. */
  overlap(job: Job): JobEnd | undefined;
  began(job: Job): void;
  ended(job: Job): void;
  /** Queues what a killed engine had no time to queue. */
  start(): void;
};

export function createScheduler(engine: () => Engine): Scheduler {
  let jobs: ScheduledJobs | undefined;
  const jobsOf = () => {
    jobs ??= openScheduledJobs(engine().db);
    return jobs;
  };
  const find = (path: string): Schedule | undefined => {
    const item = engine().items.find("schedule", path);
    return item && toSchedule(item);
  };

  function push(schedule: Schedule, earlier?: Job): void {
    // Were the clock put back, the time that just was must not come again.
    const now = new Date(Math.max(Date.now(), earlier?.scheduledFor.getTime() ?? 0));
    const { pausedUntil } = schedule;
    const isPaused = pausedUntil !== undefined && pausedUntil > now;
    if (pausedUntil && !isPaused) change(schedule, { paused_until: undefined });
    const at = next(schedule.cadence, isPaused ? pausedUntil : now);
    if (!at) return;
    engine().queue.push(jobOf(engine(), schedule, at));
    change(schedule, { error: undefined });
  }

  /** A schedule whose script is gone is disabled, and says why. */
  function goOn(schedule: Schedule, after?: Job): void {
    if (!schedule.enabled || jobsOf().hasPending(schedule.path)) return;
    try {
      push(schedule, after);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      change(schedule, { enabled: false, error: error.message });
    }
  }

  function change({ path }: Schedule, fields: Record<string, unknown>): void {
    const item = engine().items.find("schedule", path);
    if (!item || Object.entries(fields).every(([name, value]) => item.doc[name] === value)) return;
    engine().items.replace("schedule", path, { ...item.doc, ...fields }, item.editedBy);
  }

  /** The schedule that has pushed this job, if it still runs the same. */
  function scheduleOf({ schedulePath, parentJob, path }: Job): Schedule | undefined {
    if (!schedulePath || parentJob) return undefined;
    const schedule = find(schedulePath);
    return schedule?.scriptPath === path ? schedule : undefined;
  }

  return {
    get jobs() {
      return jobsOf();
    },
    renew(path) {
      jobsOf().removeQueued(path);
      const schedule = find(path);
      if (schedule?.enabled) push(schedule);
    },
    overlap(job) {
      if (usesWorker(job) || !scheduleOf(job)?.noFlowOverlap) return undefined;
      const running = jobsOf().running(job.schedulePath as string, job.id);
      if (running.length === 0) return undefined;
      const result = `not allowed to overlap with ${running.join(", ")}, scheduling next iteration`;
      return { success: true, result, skipped: true };
    },
    began(job) {
      const schedule = usesWorker(job) ? undefined : scheduleOf(job);
      if (schedule) goOn(schedule, job);
    },
    ended(job) {
      const schedule = scheduleOf(job);
      if (!schedule) return;
      goOn(schedule, job);
      handleFailure(engine(), jobsOf(), schedule, job);
    },
    start() {
      for (const item of engine().items.list("schedule")) goOn(toSchedule(item));
    },
  };
}
