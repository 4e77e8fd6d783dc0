import { badRequest } from "../errors.ts";
import { flowRunnable, ownedBy, type Runnable, scriptRunnable, startedBy } from "../jobs/runnable.ts";
import { type Call, post, type Route } from "../router.ts";
import { checkScope } from "../scopes.ts";
import { readDoc, text } from "./answers.ts";

/** Runs jobs once more with the arguments they had; answers one line for each, an id or what is wrong. */
export const rerunRoutes: Route[] = [
  post("/jobs/run/batch_rerun_jobs", async (call) => {
    const { job_ids: ids } = await readDoc(call);
    if (!Array.isArray(ids)) throw badRequest("job_ids must be a list of ids");
    return text(ids.map((id) => `${rerun(call, String(id))}\n`).join(""));
  }),
];

function rerun({ engine, caller }: Call, id: string): string {
  const job = engine.jobs.find(id);
  if (!job) return `Error: job ${id} not found`;
  try {
    const runnable = runnableOf(engine, job.kind, job.path ?? "");
    checkScope(caller.scopes, `jobs:run:${job.kind === "flow" ? "flows" : "scripts"}:${job.path}`);
    const preprocess = job.requestArgs !== undefined;
    const args = job.requestArgs ?? job.args;
    return engine.queue.push({ ...startedBy(runnable, preprocess), ...ownedBy(engine, caller), args }).id;
  } catch (error) {
    return `Error: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function runnableOf(engine: Call["engine"], kind: string, path: string): Runnable {
  if (kind === "script") return scriptRunnable(engine, { path });
  if (kind === "flow") return flowRunnable(engine, path);
  throw badRequest(`a job of kind ${kind} cannot be run again`);
}
