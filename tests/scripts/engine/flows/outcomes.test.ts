import { describe, expect, it } from "vitest";
import type { FlowValue } from "../../../../scripts/engine/jobs/job.ts";
import { branchone, code, fixed, flow, forloop, identity, js, script } from "./steps.ts";
import { createWorld, type Script } from "./world.ts";

const scripts: Record<string, Script> = {
  one: () => 1,
  two: () => 2,
  echo: ({ x }) => x,
  double: ({ x }) => (x as number) * 2,
  sum: ({ a, b }) => (a as number) + (b as number),
  nothing: () => undefined,
  boom: () => {
    throw new Error("boom");
  },
  "third time": (_, { attempt }) => {
    if (attempt < 3) throw new Error(`attempt ${attempt}`);
    return attempt;
  },
  "f/x/echo": ({ x }) => x,
};

const boom = { error: { name: "Error", message: "boom", step_id: "a" } };

type Case = { is: string; value: FlowValue; args?: Record<string, unknown>; result: unknown; success?: boolean };

const cases: Case[] = [
  { is: "an empty flow returns its arguments", value: flow(), args: { n: 1 }, result: { n: 1 } },
  { is: "the last step's result is the flow's", value: flow(code("a", "one"), code("b", "two")), result: 2 },
  { is: "undefined becomes null", value: flow(code("a", "nothing")), result: null },
  {
    is: "a step gets static values and expressions",
    value: flow(code("a", "sum", { a: fixed(40), b: js("flow_input.n") })),
    args: { n: 2 },
    result: 42,
  },
  {
    is: "results of earlier steps by id",
    value: flow(code("a", "one"), code("b", "two"), code("c", "sum", { a: js("results.a"), b: js("results.b + 1") })),
    result: 4,
  },
  { is: "an unknown step has the result null", value: flow(code("a", "echo", { x: js("results.zzz") })), result: null },
  {
    is: "statements with return",
    value: flow(code("a", "echo", { x: js("const n = flow_input.n; return n * 3;") })),
    args: { n: 2 },
    result: 6,
  },
  {
    is: "the first step's previous_result is the arguments",
    value: flow(code("a", "echo", { x: js("previous_result.n") })),
    args: { n: 7 },
    result: 7,
  },
  { is: "identity passes on", value: flow(code("a", "one"), identity("b")), result: 1 },
  { is: "a deployed script", value: flow(script("a", "f/x/echo", { x: fixed("hi") })), result: "hi" },
  {
    is: "a script that is not there fails the flow",
    value: flow(script("a", "f/x/gone")),
    result: { error: { name: "InternalError", message: "Not found: f/x/gone" } },
    success: false,
  },
  {
    is: "a failing step fails the flow",
    value: flow(code("a", "boom"), code("b", "one")),
    result: boom,
    success: false,
  },
  {
    is: "a retry runs the step again until it succeeds",
    value: flow(code("a", "third time", {}, { retry: { constant: { attempts: 2, seconds: 5 } } }), identity("b")),
    result: 3,
  },
  {
    is: "a retry that is used up fails",
    value: flow(code("a", "boom", {}, { retry: { constant: { attempts: 2, seconds: 1 } } })),
    result: boom,
    success: false,
  },
  {
    is: "branchone takes the first branch that holds",
    value: flow(
      branchone("a", [
        ["flow_input.n > 5", code("b", "one")],
        ["flow_input.n > 1", code("c", "two")],
      ]),
    ),
    args: { n: 3 },
    result: 2,
  },
  {
    is: "branchone's default",
    value: flow(branchone("a", [["false", code("b", "one")]], [code("d", "echo", { x: js("flow_input.n") })])),
    args: { n: 3 },
    result: 3,
  },
  { is: "an empty branch passes on", value: flow(code("a", "one"), branchone("b", []), identity("c")), result: 1 },
  {
    is: "forloop collects",
    value: flow(forloop("a", js("flow_input.ns"), [code("b", "double", { x: js("flow_input.iter.value") })])),
    args: { ns: [1, 2, 3] },
    result: [2, 4, 6],
  },
  { is: "forloop over nothing", value: flow(forloop("a", fixed([]), [code("b", "one")])), result: [] },
  {
    is: "the failure module's result is the flow's, which has failed all the same",
    value: {
      ...flow(code("a", "boom")),
      failure_module: code("failure", "echo", { x: js("error.message + ' in ' + error.step_id") }),
    },
    result: "boom in a",
    success: false,
  },
  {
    is: "the failure module may recover",
    value: {
      ...flow(code("a", "boom"), code("b", "one")),
      failure_module: code("failure", "echo", { x: js("({ recover: true, was: previous_result.error.message })") }),
    },
    result: { recover: true, was: "boom" },
  },
];

describe("a flow", () => {
  it.each(cases)("$is", async ({ value, args, result, success = true }) => {
    const world = await createWorld({ scripts });
    const id = world.push(value, args);
    await world.settle();
    expect(world.job(id).result).toEqual(result);
    expect(world.job(id).success).toBe(success);
  });
});
