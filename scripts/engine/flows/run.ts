import type { FlowStatus, FlowStatusModule, Job } from "../jobs/job.ts";
import { definitionOf, type FlowDefinition, type Module } from "./definition.ts";
import type { Evaluate } from "./expressions.ts";
import type { FlowHost } from "./host.ts";
import { initialStatus, moduleAt, type Position, positionOf, setSlot, slotAt } from "./status.ts";

/** A flow job as its rows have it now. It lives for one transaction; nothing is kept in memory between two. */
export type FlowRun = {
  host: FlowHost;
  evaluate: Evaluate;
  flow: Job;
  definition: FlowDefinition;
  status: FlowStatus;
};

/** One module of a flow at work. */
export type Step = {
  run: FlowRun;
  position: Position;
  module: Module;
  slot: FlowStatusModule;
};

/** Reads a flow job; undefined when it has ended or is none. */
export function readRun(host: FlowHost, evaluate: Evaluate, id: string): FlowRun | undefined {
  const flow = host.getJob(id);
  if (!flow?.rawFlow || flow.completedAt) return undefined;
  const status = structuredClone(flow.flowStatus ?? initialStatus(flow.rawFlow));
  return { host, evaluate, flow, definition: definitionOf(flow.rawFlow), status };
}

export function currentStep(run: FlowRun): Step {
  const position = positionOf(run.status);
  return { run, position, module: moduleAt(run.definition, position), slot: slotAt(run.status, position) };
}

/** Records where the step stands; `save` makes it last. */
export function record({ run, position }: Step, slot: FlowStatusModule): void {
  setSlot(run.status, position, slot);
}

export function save({ host, flow, status }: FlowRun): void {
  host.saveFlowStatus(flow.id, status);
}

/** Ends the flow job with what its status now says. */
export function complete(run: FlowRun, end: { success: boolean; result: unknown; skipped?: boolean }): void {
  save(run);
  run.host.appendLog(run.flow.id, `Flow job completed with ${end.success ? "success" : "error"}\n`);
  run.host.completeFlow(run.flow.id, end);
}
