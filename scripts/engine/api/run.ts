import type { Engine } from "../engine.ts";
import { badRequest } from "../errors.ts";
import { earlyReturn } from "../flows/early_return.ts";
import { answerOf } from "../jobs/answer.ts";
import type { FlowValue, Job } from "../jobs/job.ts";
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
import { readDoc, text } from "./answers.ts";
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

/** Answers when the job has ended; a caller that goes away cancels it. */
export async function waitFor({ engine, request, caller }: Pick<Call, "engine" | "request" | "caller">, { id }: Job) {
  const leave = () => engine.queue.cancel(id, caller.username, "http connection broke");
  request.signal.addEventListener("abort", leave, { once: true });
  try {
    return answerOf(await answered(engine, id));
  } finally {
    request.signal.removeEventListener("abort", leave);
  }
}

/** The job once it has ended, or before that with the result of the step that its flow names for an early return. */
async function answered(engine: Engine, id: string): Promise<Job> {
  const getJob = engine.jobs.find;
  for (;;) {
    const job = getJob(id);
    if (!job?.rawFlow?.early_return || job.completedAt) return engine.queue.ended(id);
    const early = earlyReturn({ getJob }, job);
    if (early) return { ...job, ...early };
    await engine.queue.endedWithin(id, EARLY_RETURN_POLL_MS);
  }
}

/** Code or a flow that is not deployed, sent along with its arguments. */
async function preview(call: Call): Promise<Job> {
  const { engine, caller, query } = call;
  checkScope(caller.scopes, "jobs:run");
  const doc = await readDoc(call);
  const flowValue = doc.value as FlowValue | undefined;
  if (typeof doc.content !== "string" && flowValue === undefined) throw badRequest("missing field `content`");
  if (flowValue === undefined) checkLanguage(doc.language ?? undefined);
  const path = typeof doc.path === "string" ? doc.path : null;
  const temp = doc.temp_script_refs as Record<string, string> | undefined;
  const what =
    flowValue === undefined
      ? { kind: "preview" as const, rawCode: String(doc.content), language: String(doc.language ?? "bun") }
      : { kind: "flowpreview" as const, rawFlow: flowValue };
  return engine.queue.push({
    ...what,
    path,
    ...ownedBy(engine, caller),
    ...jobOptions(query, caller),
    args: (doc.args as Record<string, unknown> | undefined) ?? {},
    ...(typeof doc.lock === "string" ? { rawLock: doc.lock } : {}),
    ...(temp ? { tempScripts: temp } : {}),
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
  post("/jobs/run/preview_flow", async (call) => text((await preview(call)).id, 201)),
  post("/jobs/run_wait_result/preview", async (call) => waitFor(call, await preview(call))),
  post("/jobs/run_wait_result/preview_flow", async (call) => waitFor(call, await preview(call))),
];
