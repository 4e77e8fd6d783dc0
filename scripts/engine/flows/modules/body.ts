import type { FlowValue } from "../../jobs/job.ts";
import type { Module } from "../definition.ts";
import type { ChildKind } from "../host.ts";
import type { Start } from "./module.ts";

/**
 * The body of a loop or branch as a child flow below this one. With `handled`, the flow's failure module goes along
 * under an id of its own (`failure-<step>-<n>`) and handles failures inside.
 */
export function bodyOf({ run }: Start, modules: Module[], name: string, handled?: string): ChildKind {
  const failure = handled === undefined ? undefined : run.definition.failure_module;
  const flow = {
    modules,
    ...(run.definition.same_worker && { same_worker: true }),
    ...(failure && { failure_module: { ...failure, id: `${failure.id}-${handled}` } }),
  };
  return { kind: "flowpreview", path: `${run.flow.path ?? ""}/${name}`, flow: flow as unknown as FlowValue };
}
