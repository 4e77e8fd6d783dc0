import type { Job } from "../../jobs/job.ts";
import type { ForLoopValue } from "../definition.ts";
import { resultBefore, resultsOf } from "../results.ts";
import { record, type Step, save } from "../run.ts";
import { prepare } from "../start.ts";
import { pushIteration } from "./loop.ts";
import { type Settle, type Start, succeeded } from "./module.ts";
import { toleratesFailure } from "./sequence.ts";

/** Iterations or branches that run at the same time: the end comes with the last of them, also after a failure. */
export const settleParallel: Settle = (step, children) => {
  const { run, module, slot } = step;
  const jobs = [...(slot.flow_jobs ?? [])];
  const success = [...(slot.flow_jobs_success ?? [])];
  const ended = justEnded(step, children);
  const place = new Map(jobs.map((id, index) => [id, index]));
  for (const job of ended) success[place.get(job.id) as number] = succeeded(job);
  const all = slot.iterator?.itered_len ?? slot.branchall?.len ?? 0;
  for (const job of pushMore(step, Math.min(ended.length, all - jobs.length))) {
    jobs.push(job);
    success.push(null);
  }
  const count = success.filter((one) => one !== null).length;
  record(step, {
    ...slot,
    ...(slot.iterator && { iterator: { ...slot.iterator, index: count } }),
    ...(slot.branchall && { branchall: { ...slot.branchall, branch: count } }),
    flow_jobs: jobs,
    flow_jobs_success: success,
  });
  if (count < all) {
    if (ended.length > 0) save(run);
    return undefined;
  }
  // Here a flow that its failure module rescued counts as done well, unlike in a sequence.
  const ok = jobs.every((id, index) => toleratesFailure(module.value, index) || run.host.getJob(id)?.success === true);
  return { ok, result: resultsOf(run.host, jobs), job: ended.at(-1)?.id ?? (jobs.at(-1) as string) };
};

/** Asking only after those that are known to have ended keeps a loop over a thousand items from reading a million rows. */
function justEnded({ run, slot }: Step, children: Job[]): Job[] {
  const open = new Set((slot.flow_jobs ?? []).filter((_, index) => slot.flow_jobs_success?.[index] === null));
  if (children.length > 0) return children.filter(({ id, completedAt }) => completedAt && open.has(id));
  return [...open].map((id) => run.host.getJob(id)).filter((job) => job?.completedAt !== undefined) as Job[];
}

function pushMore(step: Step, count: number): string[] {
  const { slot, run, position } = step;
  if (count <= 0 || typeof position !== "number") return [];
  const start = prepare(step, { previous: resultBefore(run, position) }) as Start<ForLoopValue>;
  const first = slot.flow_jobs?.length ?? 0;
  return Array.from({ length: count }, (_, offset) => {
    const index = first + offset;
    return pushIteration(start, { index, value: slot.iterator?.itered?.[index] });
  });
}
