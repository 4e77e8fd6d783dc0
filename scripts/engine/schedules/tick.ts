import { ADMIN } from "../callers.ts";
import type { Engine } from "../engine.ts";
import type { FlowModule } from "../jobs/job.ts";
import type { NewJob } from "../jobs/queue.ts";
import { flowRunnable, ownedBy, scriptRunnable, startedBy } from "../jobs/runnable.ts";
import { withErrorHandling } from "../triggers/single_step_flow.ts";
import type { Schedule } from "./schedule.ts";

/** The job of one tick. Throws 404 when there is no such script or flow. */
export function jobOf(engine: Engine, schedule: Schedule, scheduledFor: Date): NewJob {
  const { path, scriptPath, isFlow, args, tag, editedBy, retry, dynamicSkip } = schedule;
  const runnable = isFlow ? flowRunnable(engine, scriptPath) : scriptRunnable(engine, { path: scriptPath });
  const job: NewJob = {
    ...startedBy(runnable, false),
    ...ownedBy(engine, { ...ADMIN, username: userOf(path), permissionedAs: `u/${editedBy}` }),
    // A flow keeps its own.
    ...(tag && !isFlow ? { tag } : {}),
    args,
    schedulePath: path,
    scheduledFor,
  };
  if (dynamicSkip) return asked(schedule, dynamicSkip, job, scheduledFor);
  return withErrorHandling({ path, isFlow, ...(retry ? { retry } : {}) }, job);
}

/** Who a scheduled job was created by: no user, but the schedule. */
export const userOf = (schedule: string): string => `schedule-${schedule.replaceAll("/", "-")}`;

/** A flow whose first step decides whether there is to be a second. */
function asked(
  { scriptPath, isFlow, args, retry }: Schedule,
  handler: string,
  { scriptHash, language: _language, cacheTtlSeconds: _cache, ...job }: NewJob,
  scheduledFor: Date,
): NewJob {
  const passedOn = Object.keys(args).map((name) => [
    name,
    { type: "javascript", expr: `flow_input[${JSON.stringify(name)}]` },
  ]);
  const question: FlowModule = {
    id: "skip_handler",
    value: {
      type: "script",
      path: handler,
      input_transforms: { scheduled_for: { type: "static", value: rfc3339(scheduledFor) } },
    },
    stop_after_if: { expr: "result !== true", skip_if_stopped: true },
  };
  const run: FlowModule = {
    id: "a",
    value: {
      ...(isFlow
        ? { type: "flow", path: scriptPath }
        : { type: "script", path: scriptPath, ...(scriptHash ? { hash: scriptHash } : {}) }),
      input_transforms: Object.fromEntries(passedOn),
    },
    ...(retry ? { retry } : {}),
  };
  return { ...job, kind: "singlestepflow", rawFlow: { modules: [question, run] } };
}

/** As Windmill writes a time into an argument: `2026-01-02T03:04:05+00:00`. */
const rfc3339 = (time: Date) => time.toISOString().replace(/\.\d+Z$/, "+00:00");
