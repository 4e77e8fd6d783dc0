import type { Job } from "./job.ts";

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
