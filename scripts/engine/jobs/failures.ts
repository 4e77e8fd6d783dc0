import type { Job, JobEnd } from "./job.ts";

/** The result of a failed job, as Windmill stores it and answers it. */
export type Failure = { error: { name: string; message: string } & Record<string, unknown> };

export const failure = (name: string, message: string, more: Record<string, unknown> = {}): Failure => ({
  error: { name, message, ...more },
});

export const canceledResult = (by: string, reason: string): Failure =>
  failure("Canceled", `Job canceled: ${reason} by ${by}`, { reason, canceler: by });

/** Of a step that could not even be prepared. */
export const preRunFailure = ({ preRunError = "", flowStepId }: Job): Failure =>
  failure("ExecutionErr", preRunError, flowStepId ? { step_id: flowStepId } : {});

/** A script that returns a text as `wm_failure` counts as failed, with everything else it returned kept. */
export function retagged(end: JobEnd): JobEnd {
  const { result } = end;
  if (!end.success || result === null || typeof result !== "object" || Array.isArray(result)) return end;
  const { wm_failure: message } = result as Record<string, unknown>;
  if (typeof message !== "string") return end;
  return { success: false, result: { ...result, ...failure("ManualFailure", message) } };
}
