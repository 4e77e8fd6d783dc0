import type { FlowStatus, FlowStatusModule, Job } from "../jobs/job.ts";
import type { FlowHost } from "./host.ts";
import { resultOf } from "./results.ts";

/**
 * What whoever waits for this flow gets before it has ended, because its value names an `early_return` step and that has
 * ended; undefined while there is nothing yet. A failed step counts only when no failure module could still speak.
 */
export function earlyReturn(
  host: Pick<FlowHost, "getJob">,
  flow: Job,
): { success: boolean; result: unknown } | undefined {
  const step = flow.rawFlow?.early_return;
  if (typeof step !== "string" || !flow.flowStatus) return undefined;
  const slot = find(host, flow.flowStatus, step);
  const result = slot && (slot.type === "Success" || slot.type === "Failure") ? resultOf(host, slot) : undefined;
  if (!slot || !result || (slot.type === "Failure" && flow.rawFlow?.failure_module)) return undefined;
  return { success: slot.type === "Success", result: result.value };
}

/** The step may stand inside a branch or a loop; of a loop's iterations the first that has it counts. */
function find(host: Pick<FlowHost, "getJob">, status: FlowStatus, id: string): FlowStatusModule | undefined {
  for (const slot of status.modules) {
    if (slot.id === id) return slot;
    for (const job of slot.flow_jobs ?? (slot.job ? [slot.job] : [])) {
      const below = host.getJob(job);
      const found = below?.kind === "flowpreview" && below.flowStatus ? find(host, below.flowStatus, id) : undefined;
      if (found) return found;
    }
  }
  return undefined;
}
