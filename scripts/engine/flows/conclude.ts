import type { FlowStatusModule, Job } from "../jobs/job.ts";
import type { StopPredicate } from "./definition.ts";
import type { FlowHost } from "./host.ts";
import type { Ended } from "./modules/module.ts";
import { shouldRetry } from "./retry.ts";
import { complete, type FlowRun, record, type Step, save } from "./run.ts";
import { scopeOf } from "./scope.ts";
import { NO_JOB } from "./status.ts";
import { holds } from "./transforms.ts";

type Stop = { skip: boolean; error?: { name: string; message: string; result?: unknown } };

/** What the flow does next: `more` when it can take another step at once, `failure` when its failure module is to start. */
export type Next = { now: "more" } | { now: "nothing" } | { now: "failure"; previous: unknown };

const MORE: Next = { now: "more" };
const NOTHING: Next = { now: "nothing" };

/** Records how a step has ended and decides what follows: the next step, another attempt, the failure module, the end. */
export function conclude(step: Step, ended: Ended): Next {
  const { run, module } = step;
  const stop = stopOf(step, ended);
  const ok = ended.ok && !stop?.error;
  const result = stop?.error ? { error: stop.error } : ended.result;
  record(step, concluded(step, ended, ok, stop));
  if (stop) run.status.stop_early = { skip: stop.skip };
  if (step.position === "preprocessor" && ok) return takeArguments(run, result);
  if (step.position === "failure") return afterFailureModule(step, ended);
  if (ok) return advance(run, result, stop);
  if (!stop && shouldRetry(module.retry, run.status.retry, run.evaluate, retryScope(run, result))) {
    return again(step, ended.job);
  }
  if (!stop && module.continue_on_error) return advance(run, result);
  const handles =
    run.definition.failure_module && (stop ? stop.error : !wasHandled(run.host, run.flow, run.status.step, run.status));
  return handles ? handOver(run, module.id, result) : end(run, false, result);
}

function stopOf({ run, module, slot, position }: Step, ended: Ended): Stop | undefined {
  if (ended.stop) return ended.stop;
  if (typeof position !== "number") return undefined;
  const many = slot.iterator !== undefined || slot.branchall !== undefined;
  const predicate = many ? module.stop_after_all_iters_if : ended.ok ? module.stop_after_if : undefined;
  if (!predicate) return undefined;
  const values = { result: ended.result, previous_result: ended.result, ...(many && { all_iters: ended.result }) };
  return holds(predicate.expr, run.evaluate, scopeOf(run, values)) ? stopBy(predicate, ended.result) : undefined;
}

/** An empty message asks for an error with a message made from the predicate; marking the flow as skipped rules it out. */
function stopBy(predicate: StopPredicate, result: unknown): Stop {
  const { expr, skip_if_stopped, error_message, error_include_result } = predicate;
  if (skip_if_stopped || error_message == null) return { skip: skip_if_stopped ?? false };
  const message = error_message === "" ? `stop after if: ${expr}` : error_message;
  return { skip: false, error: { name: "EarlyStopError", message, ...(error_include_result && { result }) } };
}

function concluded({ run, module, slot }: Step, ended: Ended, ok: boolean, stop: Stop | undefined): FlowStatusModule {
  const { failed_jobs } = run.status.retry;
  const skipped = stop?.skip || (module.skip_if && run.host.getJob(ended.job)?.kind === "identity");
  return {
    type: ok ? "Success" : "Failure",
    id: slot.id,
    job: ended.job,
    ...(slot.flow_jobs && { flow_jobs: slot.flow_jobs, flow_jobs_success: slot.flow_jobs_success ?? [] }),
    ...(slot.branch_chosen && { branch_chosen: slot.branch_chosen }),
    ...(failed_jobs.length > 0 && { failed_retries: failed_jobs }),
    ...(ok && skipped && { skipped: true }),
  };
}

function takeArguments(run: FlowRun, result: unknown): Next {
  const isObject = typeof result === "object" && result !== null && !Array.isArray(result);
  run.host.replaceArgs(
    run.flow.id,
    isObject ? (result as Record<string, unknown>) : result == null ? {} : { value: result },
  );
  return moveOn(run);
}

/** On to the next step; after the last one, and after a stop, the flow ends well. */
function advance(run: FlowRun, result: unknown, stop?: Stop): Next {
  const last = run.status.step + 1 >= run.status.modules.length;
  if (!last && !stop) return moveOn(run);
  run.status.step++;
  return end(run, true, result, stop?.skip);
}

function moveOn(run: FlowRun): Next {
  run.status.step++;
  run.status.retry = { fail_count: 0, failed_jobs: [] };
  save(run);
  return MORE;
}

function again(step: Step, failedJob: string): Next {
  const { status } = step.run;
  status.retry = { fail_count: status.retry.fail_count + 1, failed_jobs: [...status.retry.failed_jobs, failedJob] };
  record(step, { type: "WaitingForPriorSteps", id: step.slot.id });
  save(step.run);
  return MORE;
}

function handOver(run: FlowRun, failed: string, previous: unknown): Next {
  const { status } = run;
  status.step = status.modules.length;
  status.retry = { fail_count: 0, failed_jobs: [] };
  status.failure_module = { ...status.failure_module, parent_module: failed };
  delete status.stop_early;
  return { now: "failure", previous };
}

/** What the failure module returns is the flow's result; the flow has failed all the same, unless that says `recover`. */
function afterFailureModule(step: Step, { ok, result, job }: Ended): Next {
  const { run, module } = step;
  if (!ok && shouldRetry(module.retry, run.status.retry, run.evaluate, retryScope(run, result)))
    return again(step, job);
  return end(run, ok && (result as { recover?: unknown } | null)?.recover === true, result);
}

function end(run: FlowRun, success: boolean, result: unknown, skipped = false): Next {
  run.status.retry = { fail_count: 0, failed_jobs: [] };
  complete(run, { success, result, ...(skipped && { skipped }) });
  return NOTHING;
}

/** `retry_if` sees no `results`. */
function retryScope(run: FlowRun, result: unknown) {
  const { result: _, ...scope } = scopeOf(run, { result, previous_result: result });
  return scope;
}

/** Whether a failure module below has dealt with this failure already; it does not run again further out. */
function wasHandled(host: FlowHost, flow: Job, step: number, status = flow.flowStatus): boolean {
  const slot = status?.modules[step];
  const value = flow.rawFlow?.modules[step]?.value;
  if (slot?.type !== "Failure" || value?.type === "flow") return false;
  if (value?.type === "forloopflow" && value.parallel) return true;
  const job = slot.job && slot.job !== NO_JOB ? host.getJob(slot.job) : undefined;
  if (!job?.flowStatus) return false;
  return job.flowStatus.failure_module.type !== "WaitingForPriorSteps" || wasHandled(host, job, job.flowStatus.step);
}
