import type { RunnableValue } from "../definition.ts";
import type { ChildKind } from "../host.ts";
import { argumentsFrom } from "../transforms.ts";
import type { Start, Started } from "./module.ts";

/** Steps of type `script`, `rawscript` and `flow`: one job with the arguments that the input transforms yield. */
export function startRunnable(start: Start<RunnableValue>): Started {
  const { module, run, position } = start;
  const path = `${run.flow.path ?? ""}/${position === "preprocessor" ? "preprocessor" : module.id}`;
  const kind = kindOf(module.value, path);
  const cached = module.value.type !== "flow" && module.cache_ttl ? { cacheTtlSeconds: module.cache_ttl } : {};
  if (position === "preprocessor" && kind.kind !== "flow") kind.entrypoint = "preprocessor";
  const job = start.push({ ...kind, ...cached, ...input(start) });
  return { slot: { type: "WaitingForExecutor", id: start.slot.id, job } };
}

type RunnableKind = Extract<ChildKind, { kind: "script" | "flow" | "preview" }>;

/** The job that runs this; `path` is that of inline code without one of its own. */
export function kindOf(value: RunnableValue, path: string): RunnableKind {
  if (value.type === "flow") return { kind: "flow", path: value.path };
  if (value.type === "script") return { kind: "script", path: value.path, ...(value.hash && { hash: value.hash }) };
  return {
    kind: "preview",
    path: value.path ?? path,
    code: value.content,
    language: value.language,
    ...(value.lock && { lock: value.lock }),
  };
}

function input(start: Start<RunnableValue>): { args: Record<string, unknown>; preRunError?: string } {
  const { run, module, position, retried } = start;
  if (retried) return { args: retried };
  const direct = module.value.type === "flow" && module.value.pass_flow_input_directly;
  if (position === "preprocessor" || direct || module.pass_flow_input_directly) return { args: run.flow.args };
  return transformed(start, start.scope);
}

/** A transform that cannot be evaluated fails the step, not the flow: it may be retried or handled like any failure. */
export function transformed(
  { run, module }: Pick<Start<RunnableValue>, "run" | "module">,
  scope: Start["scope"],
): { args: Record<string, unknown>; preRunError?: string } {
  try {
    return { args: argumentsFrom(module.value.input_transforms ?? {}, run.evaluate, scope) };
  } catch (error) {
    return { args: {}, preRunError: (error as Error).message };
  }
}
