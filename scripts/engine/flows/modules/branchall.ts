import type { BranchAllValue } from "../definition.ts";
import { NO_JOB } from "../status.ts";
import { bodyOf } from "./body.ts";
import type { Start, Started } from "./module.ts";
import { refuseTogether } from "./shared.ts";

/** Starts all branches at once, or the first of them. */
export function startBranchAll(start: Start<BranchAllValue>): Started {
  const { branches, parallel } = start.module.value;
  const { id } = start.slot;
  if (branches.length === 0) {
    const slot = { type: "InProgress" as const, id, job: NO_JOB, flow_jobs: [], flow_jobs_success: [] };
    return { slot, ended: { ok: true, result: [], job: NO_JOB } };
  }
  if (parallel) refuseTogether(start, branches.length);
  const jobs = (parallel ? branches : branches.slice(0, 1)).map((_, index) => pushBranch(start, index));
  return {
    slot: {
      type: "InProgress",
      id,
      job: parallel ? start.run.flow.id : (jobs[0] as string),
      branchall: { branch: 0, len: branches.length },
      flow_jobs: jobs,
      flow_jobs_success: jobs.map(() => null),
      ...(parallel && { parallel: true }),
    },
  };
}

/** The flow's failure module does not go along into the branches. */
export function pushBranch(start: Start<BranchAllValue>, index: number): string {
  const modules = start.module.value.branches[index]?.modules ?? [];
  return start.push({ ...bodyOf(start, modules, `branchall-${index}`), args: start.run.flow.args });
}
