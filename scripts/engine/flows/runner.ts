import type { Job } from "../jobs/job.ts";
import { checkFlow } from "./check.ts";
import { conclude, type Next } from "./conclude.ts";
import { type Evaluate, loadEvaluator } from "./expressions.ts";
import type { FlowHost, FlowRunner } from "./host.ts";
import type { Ended, Settle } from "./modules/module.ts";
import { settleParallel } from "./modules/parallel.ts";
import { settleSequence } from "./modules/sequence.ts";
import { settleSingle } from "./modules/single.ts";
import { resultBefore } from "./results.ts";
import { complete, currentStep, type FlowRun, readRun, record, type Step, save } from "./run.ts";
import { scopeOf } from "./scope.ts";
import { type Before, startModule } from "./start.ts";
import { NO_JOB, positionOf, setSlot, slotAt } from "./status.ts";
import { gateBefore } from "./suspend.ts";
import { holds } from "./transforms.ts";

type News = { flow: string; children: Job[] };

/**
 * Runs flows as Windmill does. All it knows of a flow it reads from the job rows, each time anew: where it stands from
 * `flow_status`, what has come of the steps from their jobs. So any call may come twice, and another runner may go on.
 */
export function createFlowRunner(host: FlowHost, load: () => Promise<Evaluate> = loadEvaluator): FlowRunner {
  let evaluate: Evaluate | undefined;
  let loading = false;
  let busy = false;
  const news: News[] = [];

  function tell(one: News): void {
    news.push(one);
    if (evaluate) work(evaluate);
    else if (!loading) void workOnceLoaded();
  }

  async function workOnceLoaded(): Promise<void> {
    loading = true;
    evaluate = await load();
    work(evaluate);
  }

  /** A flow that ends may call back for its parent before it returns; that waits its turn. */
  function work(evaluator: Evaluate): void {
    if (busy) return;
    busy = true;
    try {
      for (let one = news.shift(); one; one = news.shift()) goOn(host, evaluator, one);
    } finally {
      busy = false;
    }
  }

  return {
    begin: (flow) => tell({ flow: flow.id, children: [] }),
    childrenDone: (flow, children) => tell({ flow: flow.id, children }),
    wake: (flow) => tell({ flow: flow.id, children: [] }),
  };
}

/** Takes one step after the other, each a transaction, until the flow has to wait for a job, an event or a moment. */
function goOn(host: FlowHost, evaluate: Evaluate, { flow, children }: News): void {
  let more = true;
  try {
    while (more) more = host.transaction(() => takeStep(host, evaluate, flow, children));
  } catch (error) {
    host.transaction(() => {
      const run = readRun(host, evaluate, flow);
      if (run) fail(run, { name: "InternalError", message: (error as Error).message });
    });
  }
}

function takeStep(host: FlowHost, evaluate: Evaluate, id: string, children: Job[]): boolean {
  const run = readRun(host, evaluate, id);
  if (!run) return false;
  if (!run.flow.flowStatus || run.status.step <= 0) refuseUnsupported(run);
  if (run.definition.modules.length === 0 && run.status.step >= 0) {
    complete(run, { success: true, result: run.flow.args });
    return false;
  }
  const step = currentStep(run);
  const waits = step.slot.type === "WaitingForPriorSteps" || step.slot.type === "WaitingForEvents";
  if (waits) return begin(step);
  const ended = settlerOf(step)(step, children);
  return ended ? follow(run, conclude(currentStep(run), ended)) : false;
}

function settlerOf({ slot }: Step): Settle {
  if (slot.parallel) return settleParallel;
  return slot.iterator || slot.branchall ? settleSequence : settleSingle;
}

function begin(step: Step): boolean {
  const { run, position } = step;
  const first = typeof position === "number" && run.status.retry.fail_count === 0;
  const previous = typeof position === "number" ? resultBefore(run, position) : run.flow.args;
  if (!first) return launch(step, { previous });
  if (position === 0 && skipsFlow(run)) {
    run.status.stop_early = { skip: true };
    complete(run, { success: true, result: "stopped early", skipped: true });
    return false;
  }
  const gate = gateBefore(step, previous);
  if (gate.state === "refused") fail(run, gate.error);
  return gate.state === "open" ? launch(step, { previous, events: gate.events }) : false;
}

function launch(step: Step, before: Before): boolean {
  const { slot, ended } = startModule(step, before);
  record(step, slot);
  if (ended) return follow(step.run, conclude({ ...step, slot }, ended as Ended));
  save(step.run);
  return false;
}

function follow(run: FlowRun, next: Next): boolean {
  return next.now === "failure" ? launch(currentStep(run), { previous: next.previous }) : next.now === "more";
}

function skipsFlow(run: FlowRun): boolean {
  const { skip_expr } = run.definition;
  if (!skip_expr) return false;
  const { result: _, ...scope } = scopeOf(run, { WM_SCHEDULED_FOR: run.flow.scheduledFor.toISOString() });
  return holds(skip_expr, run.evaluate, scope);
}

function refuseUnsupported(run: FlowRun): void {
  const problems = run.flow.rawFlow ? checkFlow(run.flow.rawFlow) : [];
  if (problems.length > 0) throw new Error(`This engine cannot run the flow: ${problems.join("; ")}`);
}

/** Ends the flow at once, without its failure module: the fault is in the flow, not in a step. */
function fail(run: FlowRun, error: { name: string; message: string }): void {
  const position = positionOf(run.status);
  if (run.status.modules.length > 0) {
    const { id, job = NO_JOB } = slotAt(run.status, position);
    setSlot(run.status, position, { type: "Failure", id, job });
  }
  run.host.appendLog(run.flow.id, `${error.message}\n`);
  complete(run, { success: false, result: { error } });
}
