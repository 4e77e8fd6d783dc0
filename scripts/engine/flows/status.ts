import type { FlowStatus, FlowStatusModule, FlowValue } from "../jobs/job.ts";
import { definitionOf, type FlowDefinition, type Module } from "./definition.ts";

/** The id of a job that never was: an empty branch or loop has nothing to run. */
export const NO_JOB = "00000000-0000-0000-0000-000000000000";

/** The `flow_status` of a flow that has not begun. */
export function initialStatus(value: FlowValue): FlowStatus {
  const definition = definitionOf(value);
  const waiting = (id: string): FlowStatusModule => ({ type: "WaitingForPriorSteps", id });
  return {
    step: definition.preprocessor_module ? -1 : 0,
    modules: definition.modules.map((module) => waiting(module?.id)),
    failure_module: waiting(definition.failure_module?.id ?? "failure"),
    ...(definition.preprocessor_module && { preprocessor_module: waiting(definition.preprocessor_module.id) }),
    retry: { fail_count: 0, failed_jobs: [] },
  };
}

/** Which of a flow's modules is at work. */
export type Position = "preprocessor" | "failure" | number;

export const positionOf = ({ step, modules }: FlowStatus): Position =>
  step < 0 ? "preprocessor" : step < modules.length ? step : "failure";

export function moduleAt(definition: FlowDefinition, position: Position): Module {
  const module =
    position === "preprocessor"
      ? definition.preprocessor_module
      : position === "failure"
        ? definition.failure_module
        : definition.modules[position];
  if (!module) throw new Error(`the flow has no module at ${position}`);
  return module;
}

export function slotAt(status: FlowStatus, position: Position): FlowStatusModule {
  const slot =
    position === "preprocessor"
      ? status.preprocessor_module
      : position === "failure"
        ? status.failure_module
        : status.modules[position];
  if (!slot) throw new Error(`the flow's status has no module at ${position}`);
  return slot;
}

/** Records where the module at this position stands. */
export function setSlot(status: FlowStatus, position: Position, slot: FlowStatusModule): void {
  if (position === "preprocessor") status.preprocessor_module = slot;
  else if (position === "failure") {
    const { parent_module } = status.failure_module;
    status.failure_module = parent_module === undefined ? slot : { ...slot, parent_module };
  } else status.modules[position] = slot;
}
