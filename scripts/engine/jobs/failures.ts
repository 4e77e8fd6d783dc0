import type { Job, JobEnd } from "./job.ts";

/** The result of a failed job, as Windmill stores it and answers it. */
export type Failure = { error: { name: string; message: string } & Record<string, unknown> };

export const failure = (name: string, message: string, more: Record<string, unknown> = {}): Failure => ({
  error: { name, message, ...more },
});

export const canceledResult = (by: string, reason: string): Failure =>
  failure("Canceled", `Job canceled: ${reason} by ${by}`, { reason, canceler: by });

/** A step that could not even be prepared fails when its turn comes; an identity step passes on what it was given. */
export function endWithoutRunning({ kind, args, preRunError, flowStepId }: Job): JobEnd | undefined {
  const step = flowStepId ? { step_id: flowStepId } : {};
  if (preRunError) return { success: false, result: failure("ExecutionErr", preRunError, step) };
  if (kind === "identity") return { success: true, result: args.previous_result ?? null };
  return undefined;
}

/** A script that returns a text as `wm_failure` counts as failed, with everything else it returned kept. */
export function retagged(end: JobEnd): JobEnd {
  const { result } = end;
  if (!end.success || result === null || typeof result !== "object" || Array.isArray(result)) return end;
  const { wm_failure: message } = result as Record<string, unknown>;
  if (typeof message !== "string") return end;
  return { success: false, result: { ...result, ...failure("ManualFailure", message) } };
}
