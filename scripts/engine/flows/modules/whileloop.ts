import type { WhileLoopValue } from "../definition.ts";
import { NO_JOB } from "../status.ts";
import { pushIteration } from "./loop.ts";
import type { Start, Started } from "./module.ts";

/** Starts the first iteration; a predicate or a failure ends the loop. */
export function startWhileLoop(start: Start<WhileLoopValue>): Started {
  const { id } = start.slot;
  if (start.module.value.modules.length === 0) {
    const slot = { type: "InProgress" as const, id, job: NO_JOB, flow_jobs: [], flow_jobs_success: [] };
    return { slot, ended: { ok: true, result: [], job: NO_JOB } };
  }
  const job = pushIteration(start, { index: 0, value: 0 });
  return {
    slot: {
      type: "InProgress",
      id,
      job,
      iterator: { index: 0, itered_len: 0 },
      flow_jobs: [job],
      flow_jobs_success: [null],
      while_loop: true,
    },
  };
}
