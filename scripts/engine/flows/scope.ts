import type { Job } from "../jobs/job.ts";
import type { Scope } from "./expressions.ts";
import type { FlowHost } from "./host.ts";
import { resultById } from "./results.ts";
import type { FlowRun } from "./run.ts";

/** What expressions of this flow see: its input, `results`, variables, resources, and the given further values. */
export function scopeOf(run: FlowRun, values: Record<string, unknown>): Scope {
  const { host, flow, status } = run;
  return {
    values: { ...values, flow_input: flow.args },
    result: (id) => resultById(host, flow, status, id),
    flowEnv: () => flowEnv(host, flow),
    variable(path) {
      const value = host.variable(path);
      if (value === undefined) throw new Error(`Not found: Variable ${path} not found`);
      return value;
    },
    resource(path) {
      const value = host.resource(path);
      if (value === undefined) throw new Error(`Not found: resource ${path} not found`);
      return value;
    },
    userState: (key) => userState(host, flow, key),
  };
}

/** A flow without constants of its own has those of the flow that it is a step of. */
function flowEnv(host: FlowHost, flow: Job): Record<string, unknown> {
  const env = flow.rawFlow?.flow_env as Record<string, unknown> | undefined;
  const outer = env || !flow.parentJob ? undefined : host.getJob(flow.parentJob);
  return env ?? (outer ? flowEnv(host, outer) : {});
}

/** States are kept on the outermost flow, which is what windmill-client addresses. */
function userState(host: FlowHost, flow: Job, key: string): unknown {
  const states = flow.flowStatus?.user_states ?? {};
  if (Object.hasOwn(states, key)) return states[key];
  const parent = flow.parentJob ? host.getJob(flow.parentJob) : undefined;
  return parent ? userState(host, parent, key) : null;
}
