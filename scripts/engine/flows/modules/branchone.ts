import type { BranchOneValue } from "../definition.ts";
import { NO_JOB } from "../status.ts";
import { holds } from "../transforms.ts";
import { bodyOf } from "./body.ts";
import type { Start, Started } from "./module.ts";

/** Runs the first branch whose predicate holds, else the default; an empty one passes the previous result on. */
export function startBranchOne(start: Start<BranchOneValue>): Started {
  const { run, module, predicates } = start;
  const { branches, default: fallback = [] } = module.value;
  const chosen = branches.findIndex(({ expr }) => holds(expr, run.evaluate, predicates));
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
