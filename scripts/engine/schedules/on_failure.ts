import type { Engine } from "../engine.ts";
import { handlerRunnable, resultAsArguments } from "../jobs/after_failure.ts";
import type { Job } from "../jobs/job.ts";
import { ownedBy } from "../jobs/runnable.ts";
import type { Schedule } from "./schedule.ts";
import type { ScheduledJobs } from "./scheduled_jobs.ts";

const HANDLER = {
  username: "schedule_error_handler",
  email: "schedule_error_handler@windmill.dev",
  permissionedAs: "g/error_handler",
};

/**
 * Runs what a schedule names for its failures, with what is known of this one. Only Windmill's enterprise edition does
 * so, which the failed job's log says: whoever relies on it must not learn that in production.
 */
export function handleFailure(engine: Engine, jobs: ScheduledJobs, schedule: Schedule, job: Job): void {
  const { onFailure, onFailureExact } = schedule;
  if (!onFailure || job.success) return;
  if (onFailureExact && jobs.finished(schedule.path, 1, job.id)[0]?.success !== true) return;
  try {
    const { id } = engine.queue.push({
      ...handlerRunnable(engine, onFailure, "on_failure"),
      ...ownedBy(engine, HANDLER),
      args: { ...resultAsArguments(job), ...known(engine, schedule, job), ...schedule.onFailureArgs },
      parentJob: job.id,
    });
    engine.logs.append(job.id, `\non_failure: started ${onFailure} as job ${id} (${NOT_EVERYWHERE})\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    engine.logs.append(job.id, `\non_failure: could not start ${onFailure}: ${reason}\n`);
  }
}

const NOT_EVERYWHERE = "Windmill's community edition keeps on_failure, but does not run it";

const known = (engine: Engine, schedule: Schedule, job: Job) => ({
  schedule_path: schedule.path,
  workspace_id: engine.settings.workspace,
  job_id: job.id,
  path: schedule.scriptPath,
  is_flow: schedule.isFlow,
  started_at: job.startedAt?.toISOString() ?? null,
  email: job.email,
  failed_times: 1,
});
