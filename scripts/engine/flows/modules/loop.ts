import type { Job } from "../../jobs/job.ts";
import { type ForLoopValue, isRunnable, isSingleRunnable, type Module, type WhileLoopValue } from "../definition.ts";
import type { ChildKind, FlowHost } from "../host.ts";
import { enclosing } from "../results.ts";
import { scopeOf } from "../scope.ts";
import { bodyOf } from "./body.ts";
import type { Start } from "./module.ts";
import { kindOf, transformed } from "./runnable.ts";

export type Iteration = { index: number; value: unknown };
type Loop = Start<ForLoopValue | WhileLoopValue>;

/** Queues one iteration: a child flow whose `flow_input` has `iter`, or just the one step the body consists of. */
export function pushIteration(start: Loop, iter: Iteration): string {
  const { run, module } = start;
  const { value } = module;
  const args = withIteration(run.flow.args, iter);
  const parallel = value.type === "forloopflow" && value.parallel === true;
  const name = `${parallel ? "forloop" : "loop"}-${iter.index}`;
  const [only] = value.modules;
  if (only && isRunnable(only.value) && isSingleJob(start, parallel)) {
    const scope = scopeOf({ ...run, flow: { ...run.flow, args } }, start.scope.values);
    const job: ChildKind = kindOf(only.value, `${run.flow.path ?? ""}/${name}`);
    return start.push({ ...job, ...transformed({ run, module: only as Module<typeof only.value> }, scope) });
  }
  return start.push({ ...bodyOf(start, value.modules, name, `${run.status.step}-${iter.index}`), args });
}

/** Windmill spares itself the child flow there, and with it `previous_result` means something else in the body. */
function isSingleJob({ run, module }: Loop, parallel: boolean): boolean {
  if (parallel || !isSingleRunnable(module.value.modules, run.definition.failure_module)) return false;
  return module.value.type === "whileloopflow" || !isPreview(run.host, run.flow);
}

function isPreview(host: FlowHost, flow: Job): boolean {
  const outer = enclosing(host, flow);
  return outer ? isPreview(host, outer) : flow.kind === "flowpreview";
}

/** An outer loop's `iter` moves to `iter_parent`, that one's to `iter_parent_parent`. */
function withIteration(args: Record<string, unknown>, iter: unknown, key = "iter"): Record<string, unknown> {
  const moved = Object.hasOwn(args, key) ? withIteration(args, args[key], `${key}_parent`) : args;
  return { ...moved, [key]: iter };
}
