/** @import { FlowStatus, FlowValue, Job, Module, Slot, State, StepState } from "../shapes.ts" */

import { columnsOf } from "./flow_layout.js";
import { isFlow } from "./format.js";

const NO_JOB = "00000000-0000-0000-0000-000000000000";

/** @type {Record<string, State>} */
const STATES = {
  WaitingForPriorSteps: "waiting",
  WaitingForEvents: "approval",
  WaitingForExecutor: "running",
  InProgress: "running",
  Success: "succeeded",
  Failure: "failed",
};

/**
 * Where every step of a flow stands, also those inside branches and loops, by the step's id. Of a loop the iteration at
 * hand counts, or the last one, or the last that failed when the loop has.
 * @param {Job} flow @param {(id: string) => Promise<Job>} getJob
 * @returns {Promise<Map<string, StepState>>}
 */
export async function statesOf(flow, getJob) {
  /** @type {Map<string, StepState>} */
  const states = new Map();
  const { raw_flow: value, flow_status: status } = flow;
  if (value && status) await walk(states, value, status, flow.type === "CompletedJob", getJob);
  return states;
}

/**
 * @param {Map<string, StepState>} states @param {FlowValue} value @param {FlowStatus} status @param {boolean} isOver
 * @param {(id: string) => Promise<Job>} getJob
 */
async function walk(states, value, status, isOver, getJob) {
  /** @type {[Module | undefined, Slot | undefined][]} */
  const pairs = [
    [value.preprocessor_module, status.preprocessor_module],
    ...value.modules.map(
      (module, index) => /** @type {[Module, Slot | undefined]} */ ([module, status.modules[index]]),
    ),
    [value.failure_module, status.failure_module],
  ];
  for (const [module, slot] of pairs) {
    if (!module) continue;
    const state = stateOf(module, slot, isOver);
    states.set(module.id, state);
    await within(states, module, slot, state, isOver, getJob);
  }
  markLastApproval(states, value, status);
}

/** A last step that waits for events has its waiting place behind it, which the flow itself does not name. @param {Map<string, StepState>} states @param {FlowValue} value @param {FlowStatus} status */
function markLastApproval(states, value, status) {
  const last = value.modules.at(-1);
  const extra = status.modules[value.modules.length];
  const state = last && states.get(last.id);
  if (state && extra?.type === "WaitingForEvents") state.state = "approval";
}

/** @param {Module} module @param {Slot | undefined} slot @param {boolean} isOver @returns {StepState} */
function stateOf(module, slot, isOver) {
  const known = STATES[slot?.type ?? ""] ?? "waiting";
  const state = known === "waiting" && isOver ? "skipped" : slot?.skipped && known === "succeeded" ? "skipped" : known;
  const retries = slot?.failed_retries?.length ?? 0;
  const job = slot?.job && slot.job !== NO_JOB && state !== "approval" ? slot.job : undefined;
  const jobs = slot?.flow_jobs?.map((id, index) => ({ id, state: ended(slot.flow_jobs_success?.[index], isOver) }));
  const chosen = slot?.branch_chosen;
  const isLoop = module.value.type === "forloopflow" || module.value.type === "whileloopflow";
  const shown = (state === "failed" && jobs?.findLast((one) => one.state === "failed")?.id) || jobs?.at(-1)?.id;
  return {
    state,
    ...(job ? { job } : {}),
    ...(jobs ? { jobs } : {}),
    ...(isLoop && shown ? { shown } : {}),
    ...(slot?.iterator ? { count: slot.iterator.itered_len } : {}),
    ...(chosen ? { chosen: chosen.type === "default" ? -1 : (chosen.branch ?? 0) } : {}),
    ...(retries ? { note: retries === 1 ? "1 retry" : `${retries} retries` } : {}),
  };
}

/** @param {boolean | null | undefined} success @param {boolean} isOver @returns {State} */
const ended = (success, isOver) =>
  success === true ? "succeeded" : success === false ? "failed" : isOver ? "skipped" : "running";

/**
 * The steps inside a branch or loop: each column has a job of its own with a flow status, or is a single step.
 * @param {Map<string, StepState>} states @param {Module} module @param {Slot | undefined} slot @param {StepState} state
 * @param {boolean} isOver @param {(id: string) => Promise<Job>} getJob
 */
async function within(states, module, slot, state, isOver, getJob) {
  const columns = columnsOf(module);
  if (!columns) return;
  const isDone = isOver || state.chosen !== undefined || ["succeeded", "failed", "skipped"].includes(state.state);
  for (const [index, { modules }] of columns.entries()) {
    const id = jobOfColumn(module, slot, state, index, columns.length);
    const job = id && id !== NO_JOB ? await getJob(id) : undefined;
    if (job && isFlow(job)) {
      const inner = job.raw_flow ?? { modules };
      await walk(
        states,
        { ...inner, modules },
        job.flow_status ?? { step: 0, modules: [] },
        job.type === "CompletedJob",
        getJob,
      );
    } else if (job) for (const one of modules) states.set(one.id, { state: ofJob(job), job: job.id });
    else notRun(states, modules, isDone ? "skipped" : "waiting");
  }
}

/** Steps without a job, at any depth. @param {Map<string, StepState>} states @param {Module[]} modules @param {State} state */
function notRun(states, modules, state) {
  for (const module of modules) {
    states.set(module.id, { state });
    for (const column of columnsOf(module) ?? []) notRun(states, column.modules, state);
  }
}

/** @param {Module} module @param {Slot | undefined} slot @param {StepState} state @param {number} index @param {number} columns */
function jobOfColumn({ value }, slot, state, index, columns) {
  if (value.type === "branchall") return slot?.flow_jobs?.[index];
  if (value.type !== "branchone") return state.shown;
  const chosen = state.chosen === -1 ? columns - 1 : state.chosen;
  return chosen === index ? slot?.job : undefined;
}

/** @param {Job} job @returns {State} */
function ofJob(job) {
  if (job.type === "CompletedJob") return job.success ? (job.is_skipped ? "skipped" : "succeeded") : "failed";
  return "running";
}
