import type { Engine } from "../engine.ts";
import type { Job } from "../jobs/job.ts";
import { flowRunnable, scriptRunnable, startedBy } from "../jobs/runnable.ts";
import type { Item } from "../store/items.ts";

/** Runs a schedule's `on_failure` (`script/<path>` or `flow/<path>`) with the failed job's result and where it came from. */
export function pushErrorHandler(engine: Engine, job: Job, { path, doc }: Item): void {
  const [, kind, target = ""] = /^(script|flow)\/(.+)$/.exec(String(doc.on_failure)) ?? [];
  const runnable = kind === "flow" ? flowRunnable(engine, target) : scriptRunnable(engine, { path: target });
  const result = job.result !== null && typeof job.result === "object" ? (job.result as Job["args"]) : {};
  engine.queue.push({
    ...startedBy(runnable, false),
    workspace: job.workspace,
    createdBy: "schedule_error_handler",
    email: "schedule_error_handler@windmill.dev",
    permissionedAs: "g/error_handler",
    rootJob: job.id,
    parentJob: job.id,
    args: {
      ...result,
      schedule_path: path,
      workspace_id: job.workspace,
      job_id: job.id,
      path: job.path,
      is_flow: doc.is_flow === true,
      started_at: job.startedAt?.toISOString() ?? null,
      email: job.email,
      failed_times: 1,
      ...(doc.on_failure_extra_args as Job["args"] | undefined),
    },
  });
}
