import type { Settle } from "./module.ts";
import { succeeded } from "./module.ts";

/** A step that is one job: a script, a flow, an identity, or the chosen branch. */
export const settleSingle: Settle = ({ run, module, slot }, children) => {
  const id = slot.job as string;
  const job = children.find((child) => child.id === id) ?? run.host.getJob(id);
  if (!job?.completedAt) return undefined;
  // A subflow that stopped early has ended, that is all; a branch takes the flow around it along.
  const stop = module.value.type === "flow" ? undefined : job.flowStatus?.stop_early;
  return { ok: succeeded(job), result: job.result ?? null, job: id, ...(stop && { stop }) };
};
