import { text } from "../api/answers.ts";
import { followed, knownOf } from "../api/events.ts";
import { waitFor } from "../api/run.ts";
import { ADMIN, type Caller } from "../callers.ts";
import type { Engine } from "../engine.ts";
import { ApiError, notFound, notServed } from "../errors.ts";
import { type Body, mainArguments, readBody } from "../jobs/arguments.ts";
import type { Job } from "../jobs/job.ts";
import type { NewJob } from "../jobs/queue.ts";
import { flowRunnable, ownedBy, type Runnable, scriptRunnable, startedBy } from "../jobs/runnable.ts";
import { admit } from "./authentication.ts";
import { corsHeaders, withHeaders } from "./cors.ts";
import { findTrigger, type TriggerMatch } from "./routes.ts";
import { withErrorHandling } from "./single_step_flow.ts";

const PREFIX = "/api/r";

/** Answers a request below `/api/r/`: finds the trigger, checks the caller, runs what it names. */
export async function answerTrigger(engine: Engine, request: Request, url: URL): Promise<Response> {
  const route = url.pathname.slice(PREFIX.length);
  if (request.method === "OPTIONS" || request.method === "HEAD")
    return new Response("", { headers: corsHeaders(findTrigger(engine, undefined, route)?.trigger, request) });
  const found = findTrigger(engine, request.method, route);
  if (!found) return withHeaders(noTrigger(route).toResponse(), corsHeaders(undefined, request));
  try {
    return withHeaders(await run(engine, found, request, url), corsHeaders(found.trigger, request));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return withHeaders(error.toResponse(), corsHeaders(found.trigger, request));
  }
}

const noTrigger = (route: string) => notFound(`Trigger not found at name ${route}`);

async function run(engine: Engine, found: TriggerMatch, request: Request, url: URL): Promise<Response> {
  const { trigger } = found;
  if (trigger.isStaticWebsite) throw notServed(`static files of http trigger ${trigger.path}`);
  const raw = trigger.rawString || trigger.authentication === "signature" || trigger.authentication === "custom_script";
  const bytes = new Uint8Array(await request.arrayBuffer());
  const body = readBody(request.headers.get("content-type"), bytes, raw);
  const admission = admit(engine, trigger, request, url, () => body.rawString ?? "");
  if ("refused" in admission) return admission.refused;
  const runnable = trigger.isFlow
    ? flowRunnable(engine, trigger.scriptPath)
    : scriptRunnable(engine, { path: trigger.scriptPath });
  const job = engine.queue.push(jobOf(engine, found, request, url, body, runnable, admission.caller));
  if (trigger.requestType === "async") return text(job.id, 201);
  if (trigger.requestType === "sync_sse")
    return followed({ engine, request, query: new URLSearchParams() }, job, knownOf(new URLSearchParams()), true);
  return waitFor({ engine, request, caller: admission.caller ?? ADMIN }, job);
}

function jobOf(
  engine: Engine,
  { trigger, params, calledPath }: TriggerMatch,
  request: Request,
  url: URL,
  body: Body,
  runnable: Runnable,
  caller: Caller | undefined,
): NewJob {
  const owner = ownedBy(engine, caller ?? { ...ADMIN, username: `HTTP-${trigger.path}` });
  const event = {
    kind: "http",
    route: trigger.routePath,
    path: calledPath,
    trigger_path: trigger.path,
    method: request.method.toLowerCase(),
    params,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(request.headers),
    body: body.value,
    raw_string: body.rawString,
  };
  const preprocess = runnable.hasPreprocessor;
  const args: Job["args"] = preprocess ? { event } : mainArguments(body, trigger.wrapBody, {});
  return withErrorHandling(trigger, { ...startedBy(runnable, preprocess), ...owner, args });
}
