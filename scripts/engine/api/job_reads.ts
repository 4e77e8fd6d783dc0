import { ADMIN, ANONYMOUS } from "../callers.ts";
import { badRequest, notFound } from "../errors.ts";
import type { Job } from "../jobs/job.ts";
import { shownJob } from "../jobs/shown.ts";
import { isNews, updateOf } from "../jobs/updates.ts";
import { type Call, get, post, type Route } from "../router.ts";
import { FilterError } from "../store/job_filters.ts";
import { json, pageOf, readJson, text } from "./answers.ts";
import { followed, knownOf } from "./events.ts";

/** A job by id. Without a token only those that nobody with a token started are shown. */
function jobOf({ engine, params, caller }: Call): Job {
  const job = engine.jobs.find(params.id as string);
  if (!job) throw notFound(`Job not found for id ${params.id}`);
  if (caller === ANONYMOUS && job.createdBy !== ANONYMOUS.username)
    throw badRequest("As a non logged in user, you can only see jobs ran by anonymous users");
  return job;
}

function completed(call: Call): Job {
  const job = jobOf(call);
  if (!job.completedAt) throw notFound(`Completed job ${job.id} not found`);
  return job;
}

/** How long `getupdate` holds an answer back while nothing changes: the CLI asks again without a pause. */
const HOLD_MS = 200;

export const jobReadRoutes: Route[] = [
  get("/jobs_u/get/:id", (call) => json(shownJob(call.engine, jobOf(call))), "anyone"),
  get("/jobs_u/completed/get/:id", (call) => json(shownJob(call.engine, completed(call))), "anyone"),
  get("/jobs_u/completed/get_result/:id", (call) => json(completed(call).result ?? null), "anyone"),
  get("/jobs_u/completed/get_result_maybe/:id", resultMaybe, "anyone"),
  get("/jobs/completed/get/:id", (call) => json(shownJob(call.engine, completed(call)))),
  get("/jobs/completed/get_result/:id", (call) => json(completed(call).result ?? null)),
  get("/jobs/completed/get_result_maybe/:id", resultMaybe),
  get("/jobs_u/get_logs/:id", (call) => text(call.engine.logs.read(jobOf(call).id)), "anyone"),
  get("/jobs_u/get_args/:id", (call) => json(jobOf(call).args), "anyone"),
  get("/jobs_u/get_root_job_id/:id", (call) => json(jobOf(call).rootJob ?? jobOf(call).id), "anyone"),
  get("/jobs_u/getupdate/:id", update, "anyone"),
  get("/jobs_u/getupdate_sse/:id", (call) => followed(call, jobOf(call), knownOf(call.query)), "anyone"),
  get("/jobs/list", (call) => list(call)),
  get("/jobs/queue/list", listQueue),
  get("/jobs/completed/list", (call) => list(call, true)),
  get("/jobs/queue/count", ({ engine }) => json({ database_length: engine.jobs.count("queued"), suspended: 0 })),
  post("/jobs_u/queue/cancel/:id", cancel, "anyone"),
  post("/jobs_u/queue/force_cancel/:id", cancel, "anyone"),
  post("/jobs/completed/delete/:id", (call) => {
    const job = completed(call);
    call.engine.jobs.clear(job.id);
    call.engine.logs.replace(job.id, "##DELETED##");
    return json(shownJob(call.engine, { ...job, args: {}, result: null }));
  }),
];

/** Jobs that have not ended. */
export function listQueue(call: Call): Response {
  return list(call, false);
}

function resultMaybe(call: Call): Response {
  const job = jobOf(call);
  const started = call.query.get("get_started") === "true" ? job.startedAt !== undefined : null;
  if (!job.completedAt) return json({ completed: false, result: null, success: null, started });
  return json({ completed: true, result: job.result ?? null, success: job.success === true, started });
}

async function update(call: Call): Promise<Response> {
  const { engine, query } = call;
  const { id } = jobOf(call);
  const known = knownOf(query);
  const options = { getProgress: query.get("get_progress") === "true" };
  const first = updateOf(engine, jobOf(call), known, options);
  if (isNews(first)) return json(first);
  await engine.queue.endedWithin(id, HOLD_MS);
  return json(updateOf(engine, jobOf(call), known, options));
}

/** Jobs in short, filtered by the parameters that Windmill takes; one that the engine does not know is refused, not ignored. */
function list(call: Call, done?: boolean): Response {
  const { engine, query } = call;
  try {
    const jobs = engine.jobs.list({ ...pageOf(call, 30), done, asked: Object.fromEntries(query) });
    return json(jobs.map((job) => shownJob(engine, job, { list: true })));
  } catch (error) {
    throw error instanceof FilterError ? badRequest(error.message) : error;
  }
}

async function cancel(call: Call): Promise<Response> {
  const job = jobOf(call);
  const body = (await readJson(call).catch(() => ({}))) as { reason?: string | null } | null;
  const by = call.caller === ANONYMOUS ? ANONYMOUS.username : call.caller.username || ADMIN.username;
  if (!call.engine.queue.cancel(job.id, by, body?.reason || "unexplained reasons"))
    return text(`queued job id ${job.id} is already completed`);
  return text(job.id);
}
