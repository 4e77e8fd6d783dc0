import type { FlowModule } from "../jobs/job.ts";
import type { NewJob } from "../jobs/queue.ts";
import type { Trigger } from "./routes.ts";

/** A script with a retry or an error handler of its trigger runs as a flow of one step; anything else as it is. */
export function withErrorHandling(trigger: Trigger, job: NewJob): NewJob {
  const { retry, errorHandlerPath, errorHandlerArgs = {} } = trigger;
  if (trigger.isFlow || (!retry && !errorHandlerPath)) return job;
  const { scriptHash, kind: _kind, language: _language, ...rest } = job;
  const step: FlowModule = {
    id: "a",
    value: { type: "script", path: job.path, hash: scriptHash, input_transforms: passedOn(Object.keys(job.args)) },
    ...(retry ? { retry } : {}),
  };
  const handler: FlowModule = {
    id: "failure",
    value: {
      type: "script",
      path: errorHandlerPath?.replace(/^(?:script|flow)\//, ""),
      input_transforms: {
        ...passedOnFrom({ error: "error", trigger_path: JSON.stringify(trigger.path), path: JSON.stringify(job.path) }),
        ...Object.fromEntries(
          Object.entries(errorHandlerArgs).map(([name, value]) => [name, { type: "static", value }]),
        ),
      },
    },
  };
  return {
    ...rest,
    kind: "singlestepflow",
    rawFlow: { modules: [step], ...(errorHandlerPath ? { failure_module: handler } : {}) },
  };
}

const passedOn = (names: string[]) =>
  passedOnFrom(Object.fromEntries(names.map((name) => [name, `flow_input[${JSON.stringify(name)}]`])));

const passedOnFrom = (expressions: Record<string, string>) =>
  Object.fromEntries(Object.entries(expressions).map(([name, expr]) => [name, { type: "javascript", expr }]));
