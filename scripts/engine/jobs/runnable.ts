import type { Caller } from "../callers.ts";
import type { Engine } from "../engine.ts";
import { badRequest, notFound } from "../errors.ts";
import { hasPreprocessor } from "../parser.ts";
import type { Item } from "../store/items.ts";
import type { Script } from "../store/scripts.ts";
import type { FlowValue } from "./job.ts";
import { isServed } from "./languages.ts";
import type { NewJob } from "./queue.ts";

/** Something that can be run: what a job takes from it, without arguments and caller. */
export type Runnable = {
  job: Pick<NewJob, "kind" | "path"> & Partial<NewJob>;
  /** A preprocessor sees the request first, unless the caller says otherwise. */
  hasPreprocessor: boolean;
};

/** Refuses code that is not TypeScript for bun, Deno or Windmill's own V8. */
export function checkLanguage(language: unknown = "bun"): void {
  if (!isServed(String(language))) throw badRequest(`the local engine does not run ${language}`);
}

/** The script that runs at a path, or the version with a hash. */
export function scriptRunnable(engine: Engine, by: { path: string } | { hash: string }): Runnable {
  const script = "path" in by ? engine.scripts.runnable(by.path) : engine.scripts.byHash(by.hash);
  if (!script)
    throw notFound("path" in by ? `script not found at name ${by.path}` : `script not found with hash ${by.hash}`);
  return { job: scriptJob(script), hasPreprocessor: hasPreprocessor(script.content) };
}

/** What a script's own settings say about each of its jobs. */
export function scriptJob({ path, hash, language, doc }: Script): Runnable["job"] {
  const number = (value: unknown) => (typeof value === "number" && value >= 0 ? value : undefined);
  const [timeoutSeconds, cacheTtlSeconds, priority] = [doc.timeout, doc.cache_ttl, doc.priority].map(number);
  const deleteAfterSeconds = number(doc.delete_after_secs);
  return {
    kind: "script",
    path,
    scriptHash: hash,
    language,
    ...(timeoutSeconds ? { timeoutSeconds } : {}),
    ...(cacheTtlSeconds ? { cacheTtlSeconds } : {}),
    ...(priority ? { priority } : {}),
    ...(deleteAfterSeconds === undefined ? {} : { deleteAfterSeconds }),
    ...(typeof doc.tag === "string" && doc.tag !== "" ? { tag: doc.tag } : {}),
  };
}

export function flowRunnable(engine: Engine, path: string): Runnable {
  const flow = engine.items.find("flow", path);
  if (!flow) throw notFound(`flow not found at name ${path}`);
  return flowOf(flow);
}

export function flowVersionRunnable(engine: Engine, version: number): Runnable {
  const flow = engine.flowVersions.find(version);
  if (!flow) throw notFound(`flow version ${version} not found`);
  return flowOf(flow);
}

function flowOf(flow: Pick<Item, "path" | "doc">): Runnable {
  const value = flow.doc.value as FlowValue;
  const number = (one: unknown) => (typeof one === "number" && one >= 0 ? one : undefined);
  const [cacheTtlSeconds, deleteAfterSeconds] = [number(value.cache_ttl), number(value.delete_after_secs)];
  return {
    job: {
      kind: "flow",
      path: flow.path,
      rawFlow: value,
      ...(cacheTtlSeconds ? { cacheTtlSeconds } : {}),
      ...(deleteAfterSeconds === undefined ? {} : { deleteAfterSeconds }),
    },
    hasPreprocessor: value.preprocessor_module != null,
  };
}

/** The job of a request, with or without its preprocessor. */
export function startedBy({ job }: Runnable, preprocess: boolean): Runnable["job"] {
  if (preprocess) return { ...job, preprocess };
  if (!job.rawFlow?.preprocessor_module) return job;
  const { preprocessor_module: _left, ...rawFlow } = job.rawFlow;
  return { ...job, rawFlow };
}

/** Options of a run request that are about the job itself. */
export function jobOptions(query: URLSearchParams, caller: Caller): Partial<NewJob> {
  const id = query.get("job_id");
  if (id !== null && !/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id))
    throw badRequest("job_id must be a UUID");
  const parent = query.get("parent_job");
  const root = query.get("root_job");
  const tag = query.get("tag");
  const scheduledFor = whenOf(query);
  const timeoutSeconds = numberOf(query, "timeout");
  const cacheTtlSeconds = numberOf(query, "cache_ttl");
  return {
    ...(id ? { id } : {}),
    ...(parent ? { parentJob: parent } : {}),
    ...(root ? { rootJob: root } : {}),
    ...(tag ? { tag } : {}),
    ...(scheduledFor ? { scheduledFor } : {}),
    ...(timeoutSeconds ? { timeoutSeconds } : {}),
    ...(cacheTtlSeconds ? { cacheTtlSeconds } : {}),
    ...(caller.jobId ? { spawnedBy: caller.jobId } : {}),
  };
}

function whenOf(query: URLSearchParams): Date | undefined {
  const at = query.get("scheduled_for");
  if (at !== null) {
    const date = new Date(at);
    if (Number.isNaN(date.getTime())) throw badRequest("scheduled_for must be a date");
    return date;
  }
  const seconds = numberOf(query, "scheduled_in_secs");
  return seconds === undefined ? undefined : new Date(Date.now() + seconds * 1000);
}

function numberOf(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const number = Number(text);
  if (!Number.isFinite(number) || number < 0) throw badRequest(`${name} must be a number of seconds`);
  return number;
}

/** Whose job it is and where. */
export const ownedBy = (engine: Engine, { username, email, permissionedAs }: Caller) => ({
  workspace: engine.settings.workspace,
  createdBy: username,
  email,
  permissionedAs,
});
