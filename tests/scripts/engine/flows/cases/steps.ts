import { code, fixed, flow, identity, js, module, script } from "../steps.ts";
import { type Case, thrown } from "./case.ts";

export const steps: Case[] = [
  { is: "an empty flow returns its arguments", value: flow(), args: { n: 1 }, result: { n: 1 } },
  { is: "the last step's result is the flow's", value: flow(code("a", "one"), code("b", "two")), result: 2 },
  { is: "undefined becomes null", value: flow(code("a", "nothing")), result: null },
  {
    is: "a step gets static values and what expressions yield, and nothing else",
    value: flow(code("a", "all arguments", { a: fixed(40), b: js("flow_input.n"), c: fixed(null) })),
    args: { n: 2, m: 3 },
    result: { a: 40, b: 2, c: null },
  },
  {
    is: "a static reference is left for the step's worker to fill in",
    value: flow(code("a", "echo", { x: fixed("$res:f/x/db") })),
    result: "$res:f/x/db",
  },
  {
    is: "results of earlier steps by id",
    value: flow(
      code("a", "one"),
      code("b", "two"),
      code("c", "sum", { a: js("results.a"), b: js('results["b"] + 1') }),
    ),
    result: 4,
  },
  {
    is: "an unknown step has the result null",
    value: flow(code("a", "echo", { x: js("results.zzz") })),
    result: null,
  },
  {
    is: "the first step's previous_result is the flow's arguments, the next one's the result before it",
    value: flow(code("a", "double", { x: js("previous_result.n") }), code("b", "double", { x: js("previous_result") })),
    args: { n: 7 },
    result: 28,
  },
  { is: "identity passes on", value: flow(code("a", "one"), identity("b"), identity("c")), result: 1 },
  {
    is: "identity as the first step returns the arguments",
    value: flow(identity("a")),
    args: { n: 1 },
    result: { n: 1 },
  },
  {
    is: "a deployed script",
    value: flow(script("a", "f/x/echo", { x: fixed("hi") })),
    result: "hi",
    ran: ["f/x/echo"],
  },
  {
    is: "a script that is not there fails the flow, past its failure module",
    value: { ...flow(code("a", "one"), script("b", "f/x/gone")), failure_module: code("failure", "two") },
    result: { error: { name: "InternalError", message: "Not found: script not found at name f/x/gone" } },
    success: false,
    ran: ["one"],
    status: [{ type: "Success" }, { type: "Failure" }],
  },
  {
    is: "a flow as a step sees only its transforms",
    value: flow(code("a", "one"), module("b", { type: "flow", path: "f/x/sub", input_transforms: { n: fixed(5) } })),
    args: { m: 1 },
    parts: { flows: { "f/x/sub": flow(code("x", "echo", { x: js("[flow_input, results.a]") })) } },
    result: [{ n: 5 }, null],
  },
  {
    is: "a flow as a step may get the input of the flow around it",
    value: flow(module("b", { type: "flow", path: "f/x/sub" }, { pass_flow_input_directly: true })),
    args: { m: 1 },
    parts: { flows: { "f/x/sub": flow() } },
    result: { m: 1 },
  },
  {
    is: "a failing step fails the flow with the step's error",
    value: flow(code("a", "boom"), code("b", "one")),
    result: thrown("a", "boom"),
    success: false,
    ran: ["boom"],
    status: [{ type: "Failure" }, { type: "WaitingForPriorSteps" }],
  },
  {
    is: "a transform that throws fails the step",
    value: flow(code("a", "echo", { x: js("flow_input.a.b.c") })),
    result: {
      error: {
        name: "ExecutionErr",
        message:
          "Error during isolated evaluation of expression `flow_input.a.b.c`:\n" +
          "QuickJS evaluation error: TypeError: cannot read property 'b' of undefined",
        step_id: "a",
      },
    },
    success: false,
    ran: [],
  },
  {
    is: "flow_env gives constants, also to a flow that is a step and has none of its own",
    value: {
      ...flow(module("a", { type: "flow", path: "f/x/sub" }), code("b", "echo", { x: js("[results.a, flow_env.K]") })),
      flow_env: { K: "outer" },
    },
    parts: { flows: { "f/x/sub": flow(code("x", "echo", { x: js("flow_env.K + '!'") })) } },
    result: ["outer!", "outer"],
  },
];
