import type { FlowStatusModule } from "../jobs/job.ts";
import type { Suspend } from "./definition.ts";
import type { Resume } from "./host.ts";
import { record, type Step, save } from "./run.ts";
import { scopeOf } from "./scope.ts";
import type { Before } from "./start.ts";
import { NO_JOB } from "./status.ts";

const DEFAULT_TIMEOUT_SECONDS = 30 * 60;

/** `open`: go on; `parked`: wait for more events; `refused`: the flow fails with this error. */
export type Gate =
  | { state: "open"; events?: Before["events"] }
  | { state: "parked" }
  | { state: "refused"; error: { name: string; message: string } };

/**
 * Whether a step may start: when the step before has `suspend`, only once enough resumes have come in for that step's
 * job or for the flow. Resumes that came early count. Parks the flow when they are missing.
 */
export function gateBefore(step: Step, previous: unknown): Gate {
  const { run, position, slot } = step;
  if (typeof position !== "number" || position === 0) return { state: "open" };
  const before = run.status.modules[position - 1] as FlowStatusModule;
  const suspend = run.definition.modules[position - 1]?.suspend;
  if (!suspend?.required_events || before.type !== "Success") return { state: "open" };
  const job = before.job ?? NO_JOB;
  const resumes = run.host.resumesOf([job, run.flow.id]);
  const refusal = resumes.find(({ approved }) => !approved);
  if (!refusal && resumes.length >= suspend.required_events) return open(step, resumes, []);
  const until = slot.until ? new Date(slot.until) : undefined;
  if (!refusal && (!until || run.host.now() < until)) {
    if (!until) park(step, suspend, job, previous);
    return { state: "parked" };
  }
  const error = refusal
    ? { message: `Disapproved by ${refusal.approver ?? "unknown"}`, name: "SuspendedDisapproved" }
    : { message: "Timed out waiting to be resumed", name: "SuspendedTimedOut" };
  return suspend.continue_on_disapprove_timeout ? open(step, resumes, [{ error }]) : { state: "refused", error };
}

function open({ run, position }: Step, resumes: Resume[], more: unknown[]): Gate {
  const before = run.status.modules[(position as number) - 1] as FlowStatusModule;
  before.approvers = resumes.map(({ resumeId, approver }) => ({
    resume_id: resumeId,
    approver: approver ?? "unknown",
  }));
  delete run.status.approval_conditions;
  const payloads = [...resumes.map(({ value }) => value ?? null), ...more];
  const approvers = resumes.map(({ approver }) => approver ?? "anonymous");
  return { state: "open", events: { resume: payloads.at(-1) ?? null, resumes: payloads, approvers } };
}

function park(step: Step, suspend: Suspend, job: string, previous: unknown): void {
  const { run, slot } = step;
  const seconds = suspend.timeout ?? DEFAULT_TIMEOUT_SECONDS;
  const until = new Date(run.host.now().getTime() + seconds * 1000);
  if (suspend.user_auth_required) {
    run.status.approval_conditions = {
      user_auth_required: true,
      user_groups_required: groups(step, suspend, previous),
      self_approval_disabled: suspend.self_approval_disabled ?? false,
    };
  }
  const count = suspend.required_events ?? 0;
  record(step, { type: "WaitingForEvents", id: slot.id, count, job, until: until.toISOString() });
  save(run);
  run.host.wakeAt(run.flow.id, until);
}

function groups({ run }: Step, { user_groups_required: groups }: Suspend, previous: unknown): string[] {
  if (!groups) return [];
  const scope = scopeOf(run, { result: previous, previous_result: previous });
  const value = groups.type === "static" ? groups.value : run.evaluate(groups.expr, scope);
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw new Error("Result returned by input transform invalid: user_groups_required must be a list of group names");
}
