import { timingSafeEqual } from "node:crypto";
import type { Caller } from "../callers.ts";
import { ANONYMOUS } from "../callers.ts";
import type { Engine } from "../engine.ts";
import { ApiError, badRequest, internal, notFound, permissionDenied } from "../errors.ts";
import type { Resume } from "../flows/host.ts";
import type { Job } from "./job.ts";

/** One answer to a suspended flow. */
export type Answer = { resumeId: number; value: unknown; approver?: string; approved: boolean };

/** Proves that whoever holds an address may resume that job under that number. */
export function signatureOf(engine: Engine, job: string, resumeId: number, approver?: string): string {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(resumeId);
  const id = Buffer.from(job.replaceAll("-", ""), "hex");
  return engine.secrets.sign(Buffer.concat([id, number, Buffer.from(approver ?? "", "utf8")]));
}

/** The addresses that resume or cancel after the given step, or, at flow level, after any step of its flow. */
export function resumeUrls(engine: Engine, id: string, resumeId: number, approver?: string, flowLevel = false) {
  const job = engine.jobs.find(id);
  if (!job) throw notFound(`Job not found for id ${id}`);
  const target = flowLevel ? (job.parentJob ?? id) : id;
  const signature = signatureOf(engine, target, resumeId, approver);
  const base = `${engine.baseUrl}/api/w/${engine.settings.workspace}/jobs_u`;
  const query = approver ? `?approver=${encodeURIComponent(approver)}` : "";
  return {
    approvalPage: `${engine.baseUrl}/approve/${engine.settings.workspace}/${target}/${resumeId}/${signature}${query}`,
    resume: `${base}/resume/${target}/${resumeId}/${signature}${query}`,
    cancel: `${base}/cancel/${target}/${resumeId}/${signature}${query}`,
  };
}

/** What an address carries: for which job, under which number, for whom, and the proof. */
export type Signed = { id: string; resumeId: number; approver?: string; signature: string };

/** Takes an answer that came in through one of those addresses. */
export function answerBySignature(
  engine: Engine,
  signed: Signed,
  answer: Pick<Answer, "value" | "approved">,
  caller: Caller,
) {
  checkSignature(engine, signed);
  const { id, resumeId, approver } = signed;
  take(engine, id, { resumeId, ...answer, ...(approver ? { approver } : {}) }, caller);
}

/** The flow that an address belongs to, and who has answered so far, for whoever holds it. */
export function suspendedFlow(engine: Engine, signed: Signed): { flow: Job; answers: Resume[] } {
  checkSignature(engine, signed);
  const flow = flowOf(engine, signed.id);
  if (!flow) throw notFound(`Job not found for id ${signed.id}`);
  const waiting = flow.flowStatus?.modules.map(({ job }) => job).filter((job) => job !== undefined) ?? [];
  return { flow, answers: engine.resumes.of([flow.id, ...waiting]) };
}

function checkSignature(engine: Engine, { id, resumeId, approver, signature }: Signed): void {
  const [given, expected] = [signature, signatureOf(engine, id, resumeId, approver)].map((text) => Buffer.from(text));
  if (!given || !expected || given.length !== expected.length || !timingSafeEqual(given, expected))
    throw internal("Invalid signature");
}

/** A step's flow, or the job itself when it is one. */
function flowOf(engine: Engine, id: string): Job | undefined {
  const job = engine.jobs.find(id);
  return job?.rawFlow ? job : engine.jobs.find(job?.parentJob ?? "");
}

/** Takes an answer for whatever step a flow waits after, from somebody who may see the flow. */
export function answerByFlow(engine: Engine, flowId: string, answer: Omit<Answer, "resumeId">, caller: Caller): void {
  const flow = engine.jobs.find(flowId);
  const waiting = flow?.flowStatus?.modules.find(({ type }) => type === "WaitingForEvents");
  if (!flow || !waiting) throw badRequest(`the flow ${flowId} does not wait for an event`);
  const resumeId = Math.floor(Math.random() * 2 ** 32);
  take(engine, waiting.job ?? flowId, { ...answer, resumeId, approver: answer.approver ?? caller.username }, caller);
}

function take(engine: Engine, id: string, answer: Answer, caller: Caller): void {
  if (!engine.jobs.find(id)) throw notFound(`Job not found for id ${id}`);
  const flow = flowOf(engine, id);
  if (!flow || flow.completedAt) throw badRequest("the flow is not running any more");
  checkApprover(flow, caller);
  const approver = answer.approver ?? (caller === ANONYMOUS ? undefined : caller.username);
  const isNew = engine.resumes.add(id, { ...answer, ...(approver ? { approver } : {}) });
  if (!isNew) throw new ApiError(500, "Internal: resume request already sent");
  engine.queue.wake(flow.id);
}

function checkApprover(flow: Job, caller: Caller): void {
  const conditions = flow.flowStatus?.approval_conditions;
  if (!conditions?.user_auth_required) return;
  if (caller === ANONYMOUS) throw permissionDenied("Only logged in users can approve this step");
  if (conditions.self_approval_disabled && caller.email === flow.email)
    throw permissionDenied("Self-approval is disabled for this step");
  if (conditions.user_groups_required.length > 0 && !conditions.user_groups_required.includes("all"))
    throw permissionDenied(`Only members of ${conditions.user_groups_required.join(", ")} can approve this step`);
}
