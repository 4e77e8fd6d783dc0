import type { BranchOneValue } from "../definition.ts";
import { NO_JOB } from "../status.ts";
import { holds } from "../transforms.ts";
import { bodyOf } from "./body.ts";
import type { Start, Started } from "./module.ts";

/** Runs the first branch whose predicate holds, else the default; an empty one passes the previous result on. */
export function startBranchOne(start: Start<BranchOneValue>): Started {
  const { run, module, predicates } = start;
  const { branches, default: fallback = [] } = module.value;
  let chosen: number;
  try {
    chosen = branches.findIndex(({ expr }) => holds(expr, run.evaluate, predicates));
  } catch (error) {
    return failed(start, (error as Error).message);
  }
  const modules = branches[chosen]?.modules ?? fallback;
  const branch_chosen = chosen < 0 ? { type: "default" as const } : { type: "branch" as const, branch: chosen };
  const { id } = start.slot;
  if (modules.length === 0) {
    const slot = { type: "InProgress" as const, id, job: NO_JOB, branch_chosen };
    return { slot, ended: { ok: true, result: start.previous, job: NO_JOB } };
  }
  const body = bodyOf(start, modules, `branchone-${chosen + 1}`, String(run.status.step));
  const job = start.push({ ...body, args: run.flow.args });
  return { slot: { type: "InProgress", id, job, branch_chosen } };
}

/** A predicate that cannot be evaluated fails the step like a script that throws: it may be retried or handled. */
function failed({ slot, module }: Start<BranchOneValue>, message: string): Started {
  const error = { name: "ExecutionErr", message, step_id: module.id };
  const ended = { ok: false, result: { error }, job: NO_JOB };
  return { slot: { type: "InProgress", id: slot.id, job: NO_JOB }, ended };
}
