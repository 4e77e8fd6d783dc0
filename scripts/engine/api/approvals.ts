import { badRequest, notFound } from "../errors.ts";
import { resultById } from "../flows/results.ts";
import { answerByFlow, answerBySignature, resumeUrls, type Signed, suspendedFlow } from "../jobs/approvals.ts";
import type { Job } from "../jobs/job.ts";
import { shownJob } from "../jobs/shown.ts";
import { type Call, get, post, type Route } from "../router.ts";
import { json, parseJson, readDoc, readJson } from "./answers.ts";

const created = () => new Response("", { status: 201 });

/** The payload of a resume: the JSON body of a POST, `?payload=<base64 of JSON>` of a GET. */
async function payloadOf(call: Call): Promise<unknown> {
  const encoded = call.query.get("payload");
  if (encoded !== null) return parseJson(Buffer.from(encoded, "base64").toString("utf8"));
  if (call.request.method === "GET") return null;
  return readJson(call).catch(() => null);
}

function resumeIdOf({ params }: Call): number {
  const id = Number(params.resume_id);
  if (!Number.isInteger(id) || id < 0 || id >= 2 ** 32) throw badRequest("the resume id must be a 32-bit number");
  return id;
}

function signedOf(call: Call): Signed {
  const { id = "", signature = "" } = call.params;
  const approver = call.query.get("approver") ?? undefined;
  return { id, signature, resumeId: resumeIdOf(call), ...(approver ? { approver } : {}) };
}

const answer = (approved: boolean) => async (call: Call) => {
  const value = await payloadOf(call);
  answerBySignature(call.engine, signedOf(call), { value, approved }, call.caller);
  return created();
};

/** What the page behind an approval link shows. */
function suspended(call: Call): Response {
  const { flow, answers } = suspendedFlow(call.engine, signedOf(call));
  const approvers = answers.map(({ resumeId, approver = "anonymous" }) => ({ resume_id: resumeId, approver }));
  return json({ job: shownJob(call.engine, flow), approvers });
}

function flowOf({ engine, params }: Call): Job {
  const flow = engine.jobs.find(params.id as string);
  if (!flow?.flowStatus) throw notFound(`Flow job not found for id ${params.id}`);
  return flow;
}

export const approvalRoutes: Route[] = [
  get("/jobs/resume_urls/:id/:resume_id", (call) => {
    const approver = call.query.get("approver") ?? undefined;
    const flowLevel = call.query.get("flow_level") === "true";
    return json(resumeUrls(call.engine, call.params.id as string, resumeIdOf(call), approver, flowLevel));
  }),
  get("/jobs_u/resume/:id/:resume_id/:signature", answer(true), "anyone"),
  post("/jobs_u/resume/:id/:resume_id/:signature", answer(true), "anyone"),
  get("/jobs_u/cancel/:id/:resume_id/:signature", answer(false), "anyone"),
  post("/jobs_u/cancel/:id/:resume_id/:signature", answer(false), "anyone"),
  get("/jobs_u/get_flow/:id/:resume_id/:signature", suspended, "anyone"),
  post("/jobs/flow/resume/:id", async (call) => {
    answerByFlow(call.engine, call.params.id as string, { value: await payloadOf(call), approved: true }, call.caller);
    return created();
  }),
  get("/jobs/result_by_id/:id/:step", (call) => {
    const flow = flowOf(call);
    return json(resultById(call.engine.flowHost, flow, flow.flowStatus as never, call.params.step as string));
  }),
  get("/jobs/flow/user_states/:id/:key", (call) =>
    json(flowOf(call).flowStatus?.user_states?.[call.params.key as string]),
  ),
  post("/jobs/flow/user_states/:id/:key", async (call) => {
    const { id, flowStatus } = flowOf(call);
    if (!flowStatus) throw notFound(`Flow job not found for id ${id}`);
    const states = { ...flowStatus.user_states, [call.params.key as string]: await readJson(call) };
    call.engine.jobs.saveFlowStatus(id, { ...flowStatus, user_states: states });
    return json(null);
  }),
  post("/job_metrics/set_progress/:id", async (call) => {
    const { percent } = await readDoc(call);
    if (typeof percent !== "number") throw badRequest("percent must be a number");
    const job = call.engine.jobs.find(call.params.id as string);
    if (!job) throw notFound(`Job not found for id ${call.params.id}`);
    // It never goes back, and only the end of the job is a hundred.
    const progress = Math.min(Math.max(percent, job.progress ?? 0, 0), 99);
    call.engine.jobs.update(job.id, { progress });
    return json(null);
  }),
  get("/job_metrics/get_progress/:id", ({ engine, params }) => {
    const job = engine.jobs.find(params.id as string);
    return json(job?.completedAt && job.success ? 100 : (job?.progress ?? null));
  }),
];
