import { badRequest } from "../errors.ts";
import type { FlowValue, Job } from "../jobs/job.ts";
import { ownedBy } from "../jobs/runnable.ts";
import { type Call, post, type Route } from "../router.ts";
import { field, readDoc, text } from "./answers.ts";
import { waitFor } from "./run.ts";

/** Works out the lock of a script that is sent along, with the imports it has. */
async function dependencies(call: Call): Promise<Job> {
  const { raw_scripts: scripts, temp_script_refs: temp } = (await readDoc(call)) as {
    raw_scripts?: { raw_code?: string; language?: string; script_path?: string }[];
    temp_script_refs?: Record<string, string> | null;
  };
  const [script, ...others] = scripts ?? [];
  if (typeof script?.raw_code !== "string" || others.length > 0) throw badRequest("raw_scripts must hold one script");
  return call.engine.queue.push({
    kind: "dependencies",
    path: script.script_path ?? null,
    rawCode: script.raw_code,
    language: script.language ?? "bun",
    args: {},
    ...ownedBy(call.engine, call.caller),
    ...(temp ? { tempScripts: temp } : {}),
  });
}

async function flowDependencies(call: Call): Promise<Job> {
  const doc = await readDoc(call);
  const temp = doc.temp_script_refs as Record<string, string> | null | undefined;
  return call.engine.queue.push({
    kind: "flowdependencies",
    path: field(doc, "path"),
    rawFlow: doc.flow_value as FlowValue,
    args: {},
    ...ownedBy(call.engine, call.caller),
    ...(temp ? { tempScripts: temp } : {}),
  });
}

const started = (call: Call, job: Job, wait: string) => (wait === "" ? waitFor(call, job) : text(job.id, 201));

/** What `wmill generate-metadata` asks for: the lock of a script, or those of a flow's inline steps. */
export const dependencyRoutes: Route[] = ["", "_async"].flatMap((wait) => [
  post(`/jobs/run/dependencies${wait}`, async (call) => started(call, await dependencies(call), wait)),
  post(`/jobs/run/flow_dependencies${wait}`, async (call) => started(call, await flowDependencies(call), wait)),
]);
