import type { FlowModule } from "../jobs/job.ts";
import type { NewJob } from "../jobs/queue.ts";
import type { Trigger } from "./routes.ts";

type Handling = Pick<Trigger, "path" | "isFlow" | "retry" | "errorHandlerPath" | "errorHandlerArgs">;

/** A script with a retry or an error handler of its trigger runs as a flow of one step; anything else as it is. */
export function withErrorHandling(trigger: Handling, job: NewJob): NewJob {
  const { retry, errorHandlerPath, errorHandlerArgs = {} } = trigger;
  if (trigger.isFlow || (!retry && !errorHandlerPath)) return job;
  if (!errorHandlerPath) return singleStepFlow(job, retry);
  const where = { error: "error", trigger_path: JSON.stringify(trigger.path), path: JSON.stringify(job.path) };
  const own = Object.entries(errorHandlerArgs).map(([name, value]) => [name, { type: "static", value }]);
  return singleStepFlow(job, retry, {
    id: "failure",
    value: {
      type: "script",
      path: errorHandlerPath.replace(/^(?:script|flow)\//, ""),
      input_transforms: { ...passedOn(where), ...Object.fromEntries(own) },
    },
  });
}

/** The job of a script as a flow that does nothing but this script, so that it can be tried again. */
function singleStepFlow(job: NewJob, retry: unknown, failureModule?: FlowModule): NewJob {
  const { scriptHash, kind: _kind, language: _language, ...rest } = job;
  const args = Object.keys(job.args).map((name) => [name, `flow_input[${JSON.stringify(name)}]`]);
  const step: FlowModule = {
    id: "a",
    value: { type: "script", path: job.path, hash: scriptHash, input_transforms: passedOn(Object.fromEntries(args)) },
    ...(retry ? { retry } : {}),
  };
  return {
    ...rest,
    kind: "singlestepflow",
    rawFlow: { modules: [step], ...(failureModule ? { failure_module: failureModule } : {}) },
  };
}

const passedOn = (expressions: Record<string, string>) =>
  Object.fromEntries(Object.entries(expressions).map(([name, expr]) => [name, { type: "javascript", expr }]));
