import type { Engine } from "../engine.ts";
import { ApiError, badRequest } from "../errors.ts";
import { earlyReturn } from "../flows/early_return.ts";
import { answerOf } from "../jobs/answer.ts";
import type { FlowValue, Job } from "../jobs/job.ts";
import type { NewJob } from "../jobs/queue.ts";
import {
  checkLanguage,
  flowRunnable,
  flowVersionRunnable,
  jobOptions,
  ownedBy,
  type Runnable,
  scriptRunnable,
  startedBy,
} from "../jobs/runnable.ts";
import { webhookArguments } from "../jobs/webhook.ts";
import { type Call, get, post, type Route } from "../router.ts";
import { checkScope } from "../scopes.ts";
import type { Doc } from "../store/items.ts";
import { field, isObject, readDoc, text, unfit } from "./answers.ts";
import { followed, knownOf } from "./events.ts";

const EARLY_RETURN_POLL_MS = 50;

type Find = (call: Call) => Runnable;

const byPath: Find = ({ engine, params }) => scriptRunnable(engine, { path: params.path as string });
const byHash: Find = ({ engine, params }) => scriptRunnable(engine, { hash: params.hash as string });
const flow: Find = ({ engine, params }) => flowRunnable(engine, params.path as string);
const flowVersion: Find = ({ engine, params }) => flowVersionRunnable(engine, Number(params.version));

/** Queues the job of a run request. */
async function push(call: Call, find: Find): Promise<Job> {
  const { engine, caller, query, request } = call;
  const runnable = find(call);
  checkScope(caller.scopes, `jobs:run:${runnable.job.kind === "flow" ? "flows" : "scripts"}:${runnable.job.path}`);
  const { args, preprocess } = await webhookArguments(request, query, runnable.hasPreprocessor);
  const options = jobOptions(query, caller);
  if (options.id && engine.jobs.find(options.id)) throw badRequest(`Job ${options.id} exists already`);
  return engine.queue.push({ ...startedBy(runnable, preprocess), ...ownedBy(engine, caller), ...options, args });
}

const run = (find: Find) => async (call: Call) => text((await push(call, find)).id, 201);

const runAndWait = (find: Find) => async (call: Call) => waitFor(call, await push(call, find));

/** Answers when the job has ended. A caller that goes away cancels it, and so does one that has waited as long as callers may. */
export async function waitFor({ engine, request, caller }: Pick<Call, "engine" | "request" | "caller">, { id }: Job) {
  const leave = () => engine.queue.cancel(id, caller.username, "http connection broke");
  request.signal.addEventListener("abort", leave, { once: true });
  try {
    const job = await answered(engine, id);
    if (job) return answerOf(job);
    leave();
    throw new ApiError(500, `timeout after ${engine.settings.waitLimitSeconds}s`);
  } finally {
    request.signal.removeEventListener("abort", leave);
  }
}

/**
 * The job once it has ended, or before that with the result of the step that its flow names for an early return.
 * Undefined when neither comes in time.
 */
async function answered(engine: Engine, id: string): Promise<Job | undefined> {
  const getJob = engine.jobs.find;
  const deadline = Date.now() + engine.settings.waitLimitSeconds * 1000;
  for (let left = deadline - Date.now(); left > 0; left = deadline - Date.now()) {
    const job = getJob(id);
    const returnsEarly = Boolean(job?.rawFlow?.early_return);
    const early = job && returnsEarly ? earlyReturn({ getJob }, job) : undefined;
    if (job && early) return { ...job, ...early };
    const ended = await engine.queue.endedWithin(id, returnsEarly ? Math.min(EARLY_RETURN_POLL_MS, left) : left);
    if (ended) return ended;
  }
  return undefined;
}

/** Code that is not deployed, sent along with its arguments. */
async function preview(call: Call): Promise<Job> {
  checkScope(call.caller.scopes, "jobs:run");
  const doc = await readDoc(call);
  checkLanguage(doc.language ?? undefined);
  const code = { kind: "preview" as const, rawCode: field(doc, "content"), language: String(doc.language ?? "bun") };
  return pushPreview(call, doc, typeof doc.lock === "string" ? { ...code, rawLock: doc.lock } : code);
}

/** A flow that is not deployed; whether it can be run is seen when it does. */
async function previewFlow(call: Call): Promise<Job> {
  checkScope(call.caller.scopes, "jobs:run");
  const doc = await readDoc(call);
  if (!isObject(doc.value)) throw unfit("field `value` must be a flow");
  return pushPreview(call, doc, { kind: "flowpreview", rawFlow: doc.value as FlowValue });
}

function pushPreview(call: Call, doc: Doc, what: Pick<NewJob, "kind"> & Partial<NewJob>): Job {
  const { engine, caller, query } = call;
  const { args = {}, path, temp_script_refs: temp } = doc;
  if (args !== null && !isObject(args)) throw unfit("field `args` must be an object");
  return engine.queue.push({
    ...what,
    path: typeof path === "string" ? path : null,
    ...ownedBy(engine, caller),
    ...jobOptions(query, caller),
    args: args ?? {},
    ...(isObject(temp) ? { tempScripts: temp as Record<string, string> } : {}),
  });
}

const empty = () => text("");

export const runRoutes: Route[] = [
  post("/jobs/run/p/*path", run(byPath)),
  post("/jobs/run/h/:hash", run(byHash)),
  post("/jobs/run/f/*path", run(flow)),
  post("/jobs/run/fv/:version", run(flowVersion)),
  get("/jobs/run/p/*path", empty),
  get("/jobs/run/f/*path", empty),
  post("/jobs/run_wait_result/p/*path", runAndWait(byPath)),
  post("/jobs/run_wait_result/h/:hash", runAndWait(byHash)),
  post("/jobs/run_wait_result/f/*path", runAndWait(flow)),
  post("/jobs/run_wait_result/fv/:version", runAndWait(flowVersion)),
  get("/jobs/run_wait_result/fv/:version", runAndWait(flowVersion)),
  get("/jobs/run_wait_result/p/*path", runAndWait(byPath)),
  get("/jobs/run_wait_result/f/*path", runAndWait(flow)),
  ...["p/*path", "h/:hash", "f/*path"].flatMap((what) => {
    const find = what.startsWith("p") ? byPath : what.startsWith("h") ? byHash : flow;
    const stream = async (call: Call) => followed(call, await push(call, find), knownOf(call.query), true);
    return [get(`/jobs/run_and_stream/${what}`, stream), post(`/jobs/run_and_stream/${what}`, stream)];
  }),
  post("/jobs/run/preview", async (call) => text((await preview(call)).id, 201)),
  post("/jobs/run/preview_flow", async (call) => text((await previewFlow(call)).id, 201)),
  post("/jobs/run_wait_result/preview", async (call) => waitFor(call, await preview(call))),
  post("/jobs/run_wait_result/preview_flow", async (call) => waitFor(call, await previewFlow(call))),
];
