import type { FlowStatusModule, Job } from "../../jobs/job.ts";
import type { BranchAllValue, ForLoopValue, ModuleValue, WhileLoopValue } from "../definition.ts";
import { resultsOf } from "../results.ts";
import { record, type Step, save } from "../run.ts";
import { scopeOf } from "../scope.ts";
import { prepare } from "../start.ts";
import { holds } from "../transforms.ts";
import { pushBranch } from "./branchall.ts";
import { pushIteration } from "./loop.ts";
import { type Settle, type Start, succeeded } from "./module.ts";

/** Iterations of a loop, or branches, that run one after the other: the next one, or the end. */
export const settleSequence: Settle = (step, children) => {
  const { run, module, slot } = step;
  const jobs = slot.flow_jobs ?? [];
  const at = jobs.length - 1;
  const id = jobs[at] as string;
  const job = children.find((child) => child.id === id) ?? run.host.getJob(id);
  if (!job?.completedAt) return undefined;
  const success = succeeded(job);
  const ok = success || toleratesFailure(module.value, at);
  const done = {
    ...slot,
    flow_jobs_success: jobs.map((_, i) => (i === at ? success : (slot.flow_jobs_success?.[i] ?? null))),
  };
  record(step, done);
  const stop = job.flowStatus?.stop_early ?? (success && breaksLoop(step, job) ? { skip: false } : undefined);
  if (ok && !stop && hasNext(slot, at)) {
    pushNext(step, done, job);
    return undefined;
  }
  // Stopping inside a loop means leaving the loop; stopping inside a branch means stopping the flow.
  return { ok, result: resultsOf(run.host, jobs), job: id, ...(stop && slot.branchall && { stop }) };
};

/** Whether the failure of this iteration or branch is left to whoever reads the results. */
export function toleratesFailure(value: ModuleValue, index: number): boolean {
  if (value.type === "branchall") return value.branches[index]?.skip_failure === true;
  return (value.type === "forloopflow" || value.type === "whileloopflow") && value.skip_failures === true;
}

function breaksLoop({ run, module, slot }: Step, job: Job): boolean {
  const expression = slot.iterator && module.stop_after_if?.expr;
  if (!expression) return false;
  const all_iters = expression.includes("all_iters") ? resultsOf(run.host, slot.flow_jobs ?? []) : [];
  const scope = scopeOf(run, { result: job.result, previous_result: job.result, all_iters });
  return holds(expression, run.evaluate, scope);
}

const hasNext = ({ while_loop, iterator, branchall }: FlowStatusModule, at: number): boolean =>
  while_loop === true || at + 1 < (iterator?.itered_len ?? branchall?.len ?? 0);

function pushNext(step: Step, slot: FlowStatusModule, before: Job): void {
  const start = prepare(step, { previous: before.result });
  const index = slot.flow_jobs?.length ?? 0;
  const job = slot.branchall
    ? pushBranch(start as Start<BranchAllValue>, index)
    : pushIteration(start as Start<ForLoopValue | WhileLoopValue>, {
        index,
        value: slot.while_loop ? index : slot.iterator?.itered?.[index],
      });
  record(step, {
    ...slot,
    job,
    ...(slot.iterator && { iterator: { ...slot.iterator, index } }),
    ...(slot.branchall && { branchall: { ...slot.branchall, branch: index } }),
    flow_jobs: [...(slot.flow_jobs ?? []), job],
    flow_jobs_success: [...(slot.flow_jobs_success ?? []), null],
  });
  save(step.run);
}
