import type { ModuleValue } from "./definition.ts";
import { isRunnable } from "./definition.ts";
import { startBranchAll } from "./modules/branchall.ts";
import { startBranchOne } from "./modules/branchone.ts";
import { startForLoop } from "./modules/forloop.ts";
import { startIdentity } from "./modules/identity.ts";
import type { Start, Started } from "./modules/module.ts";
import { startRunnable } from "./modules/runnable.ts";
import { sharesFolder } from "./modules/shared.ts";
import { startWhileLoop } from "./modules/whileloop.ts";
import { retryDelay } from "./retry.ts";
import type { Step } from "./run.ts";
import { scopeOf } from "./scope.ts";
import { holds, numberFrom } from "./transforms.ts";

/** What is known when a step starts, besides the rows. */
export type Before = {
  previous: unknown;
  /** Only after a step that waited for events. */
  events?: { resume: unknown; resumes: unknown[]; approvers: string[] };
  scheduledFor?: Date;
};

/** Everything needed to queue jobs of this step. Throws an Error when its timeout cannot be evaluated. */
export function prepare(step: Step, { previous, events, scheduledFor }: Before): Start {
  const { run, module, position } = step;
  const { host, flow, status, evaluate } = run;
  const failure = position === "failure" ? { started_at: flow.startedAt?.toISOString(), flow_job_id: flow.id } : {};
  const none = { resume: null, resumes: [], approvers: [] };
  const values = { previous_result: previous, ...(events ?? none), ...failure };
  const predicates = scopeOf(run, { ...values, result: previous });
  const failed = status.retry.fail_count > 0 ? status.retry.failed_jobs.at(-1) : undefined;
  const settings = {
    flowStepId: module.id,
    ...(scheduledFor && { scheduledFor }),
    ...(module.timeout && { timeoutSeconds: numberFrom(module.timeout, "timeout", evaluate, predicates) }),
    ...(sharesFolder(step) && { sharesFolder: true }),
    ...(module.delete_after_secs != null && { deleteAfterSeconds: module.delete_after_secs }),
  };
  return {
    ...step,
    previous,
    scope: scopeOf(run, values),
    predicates,
    ...(failed && { retried: host.getJob(failed)?.args ?? {} }),
    push: (job) => host.pushChild(flow, { ...settings, ...job }),
  };
}

/** Queues what the step consists of. A retry takes the arguments of the failed attempt. */
export function startModule(step: Step, before: Before): Started {
  const start = prepare(step, { ...before, scheduledFor: startTime(step, before) });
  const { module, run, predicates, retried } = start;
  if (module.mock?.enabled) return startIdentity(start, module.mock.return_value ?? null);
  if (module.skip_if && holds(module.skip_if.expr, run.evaluate, predicates)) return startIdentity(start);
  if (retried && module.value.type === "identity") return startIdentity(start, retried.previous_result);
  return starters(start, module.value);
}

function starters(start: Start, value: ModuleValue): Started {
  const as = <Value extends ModuleValue>(narrow: Value) => ({ ...start, module: { ...start.module, value: narrow } });
  if (isRunnable(value)) return startRunnable(as(value));
  switch (value.type) {
    case "identity":
      return startIdentity(start);
    case "branchone":
      return startBranchOne(as(value));
    case "branchall":
      return startBranchAll(as(value));
    case "forloopflow":
      return startForLoop(as(value));
    case "whileloopflow":
      return startWhileLoop(as(value));
  }
}

/** Later than now after a failed attempt, and after a step with `sleep`. */
function startTime({ run, module, position }: Step, { previous }: Before): Date | undefined {
  const { host, status, definition, evaluate } = run;
  const { fail_count } = status.retry;
  const before = typeof position === "number" ? definition.modules[position - 1] : undefined;
  let seconds = 0;
  if (fail_count > 0) seconds = retryDelay(module.retry ?? {}, fail_count - 1) ?? 0;
  else if (before?.sleep) {
    const scope = scopeOf(run, { result: previous, previous_result: previous });
    seconds = numberFrom(before.sleep, "sleep", evaluate, scope);
  }
  return seconds > 0 ? new Date(host.now().getTime() + seconds * 1000) : undefined;
}
