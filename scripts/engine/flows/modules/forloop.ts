import type { ForLoopValue } from "../definition.ts";
import { NO_JOB } from "../status.ts";
import { numberFrom } from "../transforms.ts";
import { pushIteration } from "./loop.ts";
import type { Start, Started } from "./module.ts";
import { refuseTogether } from "./shared.ts";

/** Starts the first iteration, or all of a parallel loop, or as many as `parallelism` allows. */
export function startForLoop(start: Start<ForLoopValue>): Started {
  const { value } = start.module;
  const { id } = start.slot;
  const itered = iterated(start);
  if (itered.length === 0 || value.modules.length === 0) {
    const slot = { type: "InProgress" as const, id, job: NO_JOB, flow_jobs: [], flow_jobs_success: [] };
    return { slot, ended: { ok: true, result: [], job: NO_JOB } };
  }
  if (value.parallel) refuseTogether(start, itered.length);
  const atOnce = value.parallel ? parallelism(start, itered.length) : 1;
  const jobs = itered.slice(0, atOnce).map((item, index) => pushIteration(start, { index, value: item }));
  const later = atOnce < itered.length ? { itered } : {};
  return {
    slot: {
      type: "InProgress",
      id,
      job: value.parallel ? start.run.flow.id : (jobs[0] as string),
      iterator: { index: 0, itered_len: itered.length, ...later },
      flow_jobs: jobs,
      flow_jobs_success: jobs.map(() => null),
      ...(value.parallel && { parallel: true }),
    },
  };
}

function iterated({ module, run, predicates }: Start<ForLoopValue>): unknown[] {
  const { iterator } = module.value;
  const value = iterator.type === "static" ? iterator.value : run.evaluate(iterator.expr, predicates);
  if (Array.isArray(value)) return value;
  const kind = value === null ? "null" : typeof value;
  throw new Error(`Expected an array value in the iterator expression, found: ${kind}`);
}

function parallelism({ module, run, predicates }: Start<ForLoopValue>, all: number): number {
  const setting = module.value.parallelism;
  return setting == null ? all : Math.max(1, Math.floor(numberFrom(setting, "parallelism", run.evaluate, predicates)));
}
