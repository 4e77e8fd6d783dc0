import { code, fixed, flow, forloop, identity, js, module, script } from "../steps.ts";
import { type Case, thrown } from "./case.ts";

const handler = (expr: string) => code("failure", "echo", { x: js(expr) });

export const failures: Case[] = [
  {
    is: "a retry runs the step again with the same arguments until it succeeds",
    value: flow(
      code("a", "third time", { x: js("Math.random()") }, { retry: { constant: { attempts: 2, seconds: 5 } } }),
    ),
    result: 3,
    ran: ["third time", "third time", "third time"],
    status: [{ type: "Success" }],
  },
  {
    is: "a retry that is used up fails",
    value: flow(code("a", "boom", {}, { retry: { constant: { attempts: 2, seconds: 1 } } })),
    result: thrown("a", "boom"),
    success: false,
    ran: ["boom", "boom", "boom"],
  },
  {
    is: "retry_if decides on the error",
    value: flow(
      code(
        "a",
        "third time",
        {},
        {
          retry: {
            constant: { attempts: 5, seconds: 0 },
            retry_if: { expr: "error.message === 'attempt 1' && flow_input.n > 0" },
          },
        },
      ),
    ),
    args: { n: 1 },
    result: thrown("a", "attempt 2"),
    success: false,
    ran: ["third time", "third time"],
  },
  {
    is: "each step has retries of its own",
    value: flow(
      code("a", "third time", {}, { retry: { constant: { attempts: 2, seconds: 0 } } }),
      code("b", "boom", {}, { retry: { constant: { attempts: 1, seconds: 0 } } }),
    ),
    result: thrown("b", "boom"),
    success: false,
    ran: ["third time", "third time", "third time", "boom", "boom"],
  },
  {
    is: "the failure module's result is the flow's, which has failed all the same",
    value: { ...flow(code("a", "boom")), failure_module: handler("error.message + ' in ' + error.step_id") },
    result: "boom in a",
    success: false,
    status: [{ type: "Failure" }],
  },
  {
    is: "the failure module may recover the flow",
    value: {
      ...flow(code("a", "boom"), code("b", "one")),
      failure_module: handler("({ recover: true, was: previous_result.error.message })"),
    },
    result: { recover: true, was: "boom" },
    ran: ["boom", "echo"],
  },
  {
    is: "the failure module sees results and the flow's job",
    value: {
      ...flow(code("a", "two"), code("b", "boom")),
      failure_module: handler("[results.a, results.b.error.message, typeof flow_job_id, started_at.slice(0, 4)]"),
    },
    result: [2, "boom", "string", "2026"],
    success: false,
  },
  {
    is: "the failure module runs only after the last attempt",
    value: {
      ...flow(code("a", "boom", {}, { retry: { constant: { attempts: 1, seconds: 0 } } })),
      failure_module: handler("1"),
    },
    result: 1,
    success: false,
    ran: ["boom", "boom", "echo"],
  },
  {
    is: "a failure module may be retried itself",
    value: {
      ...flow(code("a", "boom")),
      failure_module: code("failure", "third time", {}, { retry: { constant: { attempts: 2, seconds: 1 } } }),
    },
    result: 3,
    success: false,
    ran: ["boom", "third time", "third time", "third time"],
  },
  {
    is: "a failure module that fails leaves its own error",
    value: { ...flow(code("a", "boom")), failure_module: code("failure", "third time") },
    result: thrown("failure", "attempt 1"),
    success: false,
  },
  {
    is: "continue_on_error goes on with the error as the result",
    value: flow(
      code("a", "boom", {}, { continue_on_error: true }),
      code("b", "echo", { x: js("[error.message, results.a]") }),
    ),
    result: ["boom", thrown("a", "boom")],
    status: [{ type: "Failure" }, { type: "Success" }],
  },
  {
    is: "continue_on_error on the last step lets the flow succeed",
    value: flow(code("a", "boom", {}, { continue_on_error: true })),
    result: thrown("a", "boom"),
  },
  {
    is: "continue_on_error comes after the retries, and before the failure module",
    value: {
      ...flow(
        code("a", "boom", {}, { continue_on_error: true, retry: { constant: { attempts: 1, seconds: 0 } } }),
        code("b", "one"),
      ),
      failure_module: handler("1"),
    },
    result: 1,
    ran: ["boom", "boom", "one"],
  },
  {
    is: "several failed items make one error",
    value: {
      ...flow(
        forloop("a", fixed([1, 3]), [code("b", "boom if odd", { x: js("flow_input.iter.value") })], {
          parallel: true,
          skip_failures: true,
        }),
        code("c", "echo", { x: js("error.name + ': ' + error.message") }),
      ),
    },
    result: "MultipleErrors: [b] odd 1; [b] odd 3",
  },
  {
    is: "no error to be found",
    value: flow(code("a", "one"), code("b", "echo", { x: js("error.name") })),
    result: "UnknownError",
  },
  {
    is: "a failure inside a flow that is a step is handled out here too, whatever it did in there",
    value: {
      ...flow(module("a", { type: "flow", path: "f/x/sub" })),
      failure_module: handler("['out here', previous_result]"),
    },
    parts: { flows: { "f/x/sub": { ...flow(code("x", "boom")), failure_module: handler("'in there'") } } },
    result: ["out here", "in there"],
    success: false,
  },
  {
    is: "a script that is skipped over after a failure",
    value: flow(code("a", "boom"), script("b", "f/x/echo"), identity("c")),
    result: thrown("a", "boom"),
    success: false,
  },
];
