import type { FlowStatus, FlowStatusModule, Job } from "../jobs/job.ts";
import type { FlowHost } from "./host.ts";
import type { FlowRun } from "./run.ts";
import { NO_JOB } from "./status.ts";

type Jobs = Pick<FlowHost, "getJob">;

/** What the module left behind: one result, or a list for loops and branchall. Undefined while there is none. */
export function resultOf(host: Jobs, slot: FlowStatusModule): { value: unknown } | undefined {
  if (slot.flow_jobs) {
    if (slot.type === "InProgress") return undefined;
    return { value: resultsOf(host, slot.flow_jobs) };
  }
  const job = slot.job && slot.job !== NO_JOB && slot.type !== "WaitingForEvents" ? host.getJob(slot.job) : undefined;
  return job?.completedAt ? { value: job.result ?? null } : undefined;
}

export const resultsOf = (host: Jobs, jobs: string[]): unknown[] => jobs.map((id) => host.getJob(id)?.result ?? null);

/** `previous_result` of the module at this index: an empty branch passes on what was before it, the first sees the arguments. */
export function resultBefore({ host, flow, status }: FlowRun, index: number): unknown {
  for (let at = index - 1; at >= 0; at--) {
    const slot = status.modules[at] as FlowStatusModule;
    const result = resultOf(host, slot);
    if (result) return result.value;
  }
  return flow.args;
}

/**
 * `results.<id>`: the result of a step of this flow or of one around it, as far as both belong to the same flow file.
 * Steps inside a loop or branch are seen only from inside. Null when there is no such step or it has no result yet.
 */
export function resultById(host: FlowHost, flow: Job, status: FlowStatus, id: string): unknown {
  const slot = status.modules.find((module) => module.id === id);
  const result = slot && resultOf(host, slot);
  if (result) return result.value;
  const parent = enclosing(host, flow);
  return parent?.flowStatus ? resultById(host, parent, parent.flowStatus, id) : null;
}

/** The flow job whose loop or branch this one is the body of. */
export function enclosing(host: FlowHost, flow: Job): Job | undefined {
  return flow.parentJob && flow.kind !== "flow" ? host.getJob(flow.parentJob) : undefined;
}
