import type { Engine } from "../engine.ts";
import { handlerRunnable, resultAsArguments } from "../jobs/after_failure.ts";
import type { Job } from "../jobs/job.ts";
import { ownedBy } from "../jobs/runnable.ts";
import type { ErrorHandler } from "./settings.ts";

const HANDLER = { username: "error_handler", email: "error_handler@windmill.dev", permissionedAs: "g/error_handler" };

/**
 * Runs the workspace's error handler after a failed job that nothing else belongs to: not for steps, for previews, for
 * flows that have a failure module, nor for handlers themselves, which are children of what they handle. Only Windmill's
 * enterprise edition does so, which the failed job's log says: whoever relies on it must not learn that in production.
 */
export function handleFailedJob(engine: Engine, job: Job): void {
  if (job.success !== false || job.parentJob || !isHandled(job)) return;
  const handler = engine.workspaceSettings.errorHandler();
  if (!handler || isMuted(handler, job)) return;
  try {
    const { id } = engine.queue.push({
      ...handlerRunnable(engine, handler.path, "error_handler"),
      ...ownedBy(engine, HANDLER),
      args: { ...resultAsArguments(job), ...known(engine, job), ...handler.extra_args },
      parentJob: job.id,
      rootJob: job.id,
    });
    engine.logs.append(job.id, `\nerror handler: started ${handler.path} as job ${id} (${NOT_EVERYWHERE})\n`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    engine.logs.append(job.id, `\nerror handler: could not start ${handler.path}: ${reason}\n`);
  }
}

const NOT_EVERYWHERE = "Windmill's community edition keeps the workspace's error handler, but does not run it";

const isHandled = ({ kind, rawFlow }: Job): boolean =>
  kind === "script" || (kind === "flow" && rawFlow?.failure_module == null);

const isMuted = ({ muted_on_cancel, muted_on_user_path }: ErrorHandler, { canceled, path }: Job): boolean =>
  (muted_on_cancel === true && canceled !== undefined) ||
  (muted_on_user_path === true && path?.startsWith("u/") === true);

const known = (engine: Engine, job: Job) => ({
  ...(job.schedulePath ? { schedule_path: job.schedulePath } : {}),
  workspace_id: engine.settings.workspace,
  job_id: job.id,
  path: job.path,
  is_flow: job.kind === "flow",
  started_at: job.startedAt?.toISOString() ?? null,
  email: job.email,
});
