import type { Engine } from "../engine.ts";
import type { Job } from "./job.ts";

/** A job as Windmill's API shows it: a union of queued and completed jobs, told apart by `type`. */
export function shownJob(engine: Engine, job: Job, options: { list?: boolean } = {}): Record<string, unknown> {
  const inFull = options.list !== true;
  return {
    type: job.completedAt ? "CompletedJob" : "QueuedJob",
    id: job.id,
    workspace_id: job.workspace,
    ...(job.parentJob ? { parent_job: job.parentJob } : {}),
    ...(job.rootJob ? { root_job: job.rootJob } : {}),
    created_by: job.createdBy,
    created_at: job.createdAt.toISOString(),
    scheduled_for: job.scheduledFor.toISOString(),
    ...(job.startedAt ? { started_at: job.startedAt.toISOString() } : {}),
    ...(job.path === null ? {} : { script_path: job.path }),
    ...(job.scriptHash ? { script_hash: job.scriptHash } : {}),
    ...(inFull ? { args: job.args } : {}),
    job_kind: job.kind,
    ...(job.schedulePath ? { schedule_path: job.schedulePath } : {}),
    permissioned_as: job.permissionedAs,
    ...(job.flowStatus ? { flow_status: job.flowStatus } : {}),
    ...(inFull && job.rawFlow ? { raw_flow: job.rawFlow } : {}),
    ...(inFull && job.rawCode !== undefined ? { raw_code: job.rawCode } : {}),
    is_flow_step: job.flowStepId !== undefined,
    ...(job.flowStepId ? { flow_step_id: job.flowStepId } : {}),
    language: job.language ?? null,
    email: job.email,
    visible_to_owner: true,
    canceled: job.canceled !== undefined,
    ...(job.canceled ? { canceled_by: job.canceled.by, canceled_reason: job.canceled.reason } : {}),
    tag: job.tag ?? (job.kind.includes("flow") ? "flow" : "bun"),
    priority: job.priority || null,
    ...(job.preprocess ? { preprocessed: job.preprocessed === true } : {}),
    ...(job.completedAt ? endOf(job, inFull) : { running: job.startedAt !== undefined }),
    ...(inFull ? { logs: engine.logs.read(job.id) } : {}),
  };
}

function endOf(job: Job, inFull: boolean): Record<string, unknown> {
  const { completedAt, startedAt } = job as Required<Job>;
  return {
    completed_at: completedAt.toISOString(),
    duration_ms: completedAt.getTime() - startedAt.getTime(),
    success: job.success === true,
    is_skipped: job.skipped === true,
    deleted: false,
    ...(inFull ? { result: job.result ?? null } : {}),
  };
}
