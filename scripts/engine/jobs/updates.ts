import type { Engine } from "../engine.ts";
import type { Job } from "./job.ts";

/** What changed about a job since its caller last looked; keys without news are left out. */
export type JobUpdate = {
  running?: boolean;
  completed?: boolean;
  new_logs?: string;
  log_offset?: number;
  flow_status?: unknown;
  job?: unknown;
};

/** `logOffset` counts UTF-16 units, like a JavaScript string does. */
export function updateOf(engine: Engine, job: Job, known: { running: boolean; logOffset: number }): JobUpdate {
  const logs = engine.logs.read(job.id);
  const fresh = logs.slice(known.logOffset);
  return {
    ...(!known.running && job.startedAt && !job.completedAt ? { running: true } : {}),
    ...(job.completedAt ? { completed: true } : {}),
    ...(fresh ? { new_logs: fresh } : {}),
    log_offset: logs.length,
    ...(job.flowStatus ? { flow_status: job.flowStatus } : {}),
  };
}
