import { branchall, code, fixed, flow, forloop, identity, js, module } from "../steps.ts";
import type { Case } from "./case.ts";

const refused = (...problems: string[]) => ({
  error: { name: "InternalError", message: `This engine cannot run the flow: ${problems.join("; ")}` },
});

export const settings: Case[] = [
  {
    is: "skip_if turns a step into one that passes on",
    value: flow(
      code("a", "one"),
      code("b", "two", {}, { skip_if: { expr: "results.a === 1 && result === 1" } }),
      identity("c"),
    ),
    result: 1,
    ran: ["one"],
    status: [{}, { type: "Success", skipped: true }, {}],
  },
  {
    is: "skip_if that does not hold",
    value: flow(code("a", "one"), code("b", "two", {}, { skip_if: { expr: "false" } })),
    result: 2,
  },
  {
    is: "a whole loop is skipped",
    value: flow(code("a", "one"), forloop("b", fixed([1]), [code("c", "two")], {}, { skip_if: { expr: "true" } })),
    result: 1,
    ran: ["one"],
  },
  {
    is: "mock returns its value instead of running the step",
    value: flow(
      code("a", "boom", {}, { mock: { enabled: true, return_value: { m: 1 } } }),
      code("b", "echo", { x: js("results.a.m") }),
    ),
    result: 1,
    ran: ["echo"],
  },
  {
    is: "a mock that is not enabled",
    value: flow(code("a", "one", {}, { mock: { enabled: false, return_value: 5 } })),
    result: 1,
  },
  {
    is: "a sleep at the end still returns the result",
    value: flow(code("a", "two", {}, { sleep: fixed(0.2) })),
    result: 2,
    status: [{ id: "a" }, { id: "a-v", type: "Success" }],
  },
  {
    is: "skip_expr ends the flow before it begins",
    value: { ...flow(code("a", "one")), skip_expr: "flow_input.n > 1" },
    args: { n: 2 },
    result: "stopped early",
    skipped: true,
    ran: [],
  },
  {
    is: "skip_expr that does not hold",
    value: { ...flow(code("a", "one")), skip_expr: "flow_input.n > 1" },
    args: { n: 1 },
    result: 1,
  },
  {
    is: "the preprocessor's result replaces the arguments, and is not called main",
    value: {
      ...flow(code("a", "echo", { x: js("flow_input.total") })),
      preprocessor_module: code("preprocessor", "preprocess"),
    },
    args: { event: { body: [1, 2] } },
    parts: { scripts: { preprocess: ({ event }) => ({ total: (event as { body: number[] }).body.length }) } },
    result: 2,
  },
  {
    is: "a preprocessor that returns no object",
    value: { ...flow(identity("a")), preprocessor_module: code("preprocessor", "one") },
    args: { event: {} },
    result: { value: 1 },
  },
  {
    is: "a preprocessor that fails fails the flow, and the failure module handles it",
    value: {
      ...flow(code("a", "one")),
      preprocessor_module: code("preprocessor", "boom"),
      failure_module: code("failure", "echo", { x: js("error.message") }),
    },
    args: { event: {} },
    result: "boom",
    success: false,
    ran: ["boom", "echo"],
  },
  {
    is: "an unknown type of module is refused by name before anything runs",
    value: flow(code("a", "one"), module("b", { type: "aiagent" })),
    result: refused('module "b" is of type `aiagent`, which is not supported'),
    success: false,
    ran: [],
  },
  {
    is: "an unknown key is refused by name, however deep it stands",
    value: {
      ...flow(branchall("a", [[forloop("b", fixed([]), [code("c", "one", {}, { zing: 1 })], { zang: true })]])),
      chat_input_enabled: true,
    },
    result: refused(
      "the flow has `chat_input_enabled`, which is not supported",
      'module "b" has `zang`, which is not supported',
      'module "c" has `zing`, which is not supported',
    ),
    success: false,
    ran: [],
  },
  {
    is: "a transform left to an AI is refused",
    value: flow(code("a", "echo", { x: { type: "ai" } as never })),
    result: refused('`x` of module "a" is of type `ai`, which is not supported'),
    success: false,
  },
  {
    is: "a module without what its type needs is refused",
    value: flow(module("a", { type: "forloopflow" })),
    result: refused(
      'module "a" of type `forloopflow` has no `modules`',
      'module "a" of type `forloopflow` has no `iterator`',
    ),
    success: false,
  },
  {
    is: "a flow without modules is refused",
    value: {} as never,
    result: refused("the flow has no list `modules`"),
    success: false,
  },
  {
    is: "a module that is null is refused",
    value: { modules: [null as never, code("a", "one")] },
    result: refused("a module is null"),
    success: false,
  },
  {
    is: "what only matters elsewhere is ignored",
    value: {
      ...flow(code("a", "one", {}, { priority: 5, summary: "s", cache_ttl: 0 })),
      concurrent_limit: 1,
      concurrency_time_window_s: 5,
      notes: [],
      same_worker: false,
    },
    result: 1,
  },
];
