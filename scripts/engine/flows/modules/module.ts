import type { FlowStatusModule, Job } from "../../jobs/job.ts";
import type { Module, ModuleValue } from "../definition.ts";
import type { Scope } from "../expressions.ts";
import type { ChildJob, ChildKind } from "../host.ts";
import type { Step } from "../run.ts";

/** A step about to queue a job. */
export type Start<Value extends ModuleValue = ModuleValue> = Omit<Step, "module"> & {
  module: Module<Value>;
  /** The result of the step before. */
  previous: unknown;
  /** For input transforms; `predicates` is the same with `result`, for predicates and iterators. */
  scope: Scope;
  predicates: Scope;
  /** Arguments of the attempt that failed, when this one is a retry. */
  retried?: Record<string, unknown>;
  /** Queues a job of this step with the step's schedule, timeout and so on; returns its id. */
  push(job: ChildKind & Pick<ChildJob, "args" | "preRunError" | "cacheTtlSeconds">): string;
};

/** How a step has ended. */
export type Ended = {
  /** False for a failure that the module itself does not tolerate. */
  ok: boolean;
  result: unknown;
  job: string;
  /** A stop predicate inside the step asks the flow around it to stop too. */
  stop?: { skip: boolean };
};

/** What starting a step leads to: the status to record, and the end at once when there was nothing to run. */
export type Started = { slot: FlowStatusModule; ended?: Ended };

/**
 * Looks at the jobs of a step: its end, or undefined while it is at work. `children` are jobs that have just ended, none
 * when that is not known; records progress and may queue the next job.
 */
export type Settle = (step: Step, children: Job[]) => Ended | undefined;

/** Whether a job counts as done well. A flow that its failure module had to rescue does not. */
export const succeeded = (job: Job): boolean =>
  job.success === true && (job.flowStatus?.failure_module.type ?? "WaitingForPriorSteps") === "WaitingForPriorSteps";
