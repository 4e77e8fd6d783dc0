import { branchall, branchone, code, fixed, flow, identity, js, module } from "../steps.ts";
import { type Case, thrown } from "./case.ts";

const n = js("flow_input.n");

export const branches: Case[] = [
  {
    is: "branchone takes the first branch whose predicate holds",
    value: flow(
      branchone("a", [
        ["flow_input.n > 5", code("b", "one")],
        ["flow_input.n > 1", code("c", "two")],
        ["true", code("d", "three")],
      ]),
    ),
    args: { n: 3 },
    result: 2,
    ran: ["two"],
    status: [{ type: "Success", branch_chosen: { type: "branch", branch: 1 } }],
  },
  {
    is: "branchone falls back to its default",
    value: flow(branchone("a", [["0", code("b", "one")]], [code("d", "echo", { x: n })])),
    args: { n: 3 },
    result: 3,
    status: [{ type: "Success", branch_chosen: { type: "default" } }],
  },
  {
    is: "an empty branch passes on",
    value: flow(code("a", "one"), branchone("b", []), code("c", "echo", { x: js("previous_result") })),
    result: 1,
    status: [{}, { type: "Success", branch_chosen: { type: "default" } }, {}],
  },
  { is: "an empty last branch returns what was before", value: flow(code("a", "two"), branchone("b", [])), result: 2 },
  {
    is: "predicates see results and the previous result",
    value: flow(
      code("a", "one"),
      branchone("b", [
        ["results.a === 2", code("c", "two")],
        ["previous_result === 1 && result === 1", code("d", "three")],
      ]),
    ),
    result: 3,
  },
  {
    is: "steps of a branch are seen from inside only, the branch by its own id",
    value: flow(
      code("a", "one"),
      branchone("b", [["true", code("c", "two"), code("d", "sum", { a: js("results.c"), b: js("results.a") })]]),
      code("e", "echo", { x: js("[results.a, results.b, results.c, results.d]") }),
    ),
    result: [1, 3, null, null],
  },
  {
    is: "a predicate that throws fails the step, which the failure module handles",
    value: {
      ...flow(branchone("a", [["flow_input.x.y", code("b", "one")]])),
      failure_module: code("failure", "echo", { x: js("[error.name, error.step_id]") }),
    },
    result: ["ExecutionErr", "a"],
    success: false,
    ran: ["echo"],
  },
  {
    is: "a failure in a branch fails the flow",
    value: flow(branchone("a", [["true", code("b", "boom")]]), code("c", "one")),
    result: thrown("b", "boom"),
    success: false,
  },
  {
    is: "branchall collects in the branches' order",
    value: flow(
      branchall("a", [[code("b", "one")], [code("c", "two"), code("d", "double", { x: js("results.c") })], []]),
    ),
    args: { n: 9 },
    result: [1, 4, { n: 9 }],
    ran: ["one", "two", "double"],
    status: [{ type: "Success", flow_jobs_success: [true, true, true] }],
  },
  { is: "branchall without branches", value: flow(branchall("a", [])), result: [] },
  {
    is: "branchall one after the other ends at a failure",
    value: flow(branchall("a", [[code("b", "one")], [code("c", "boom")], [code("d", "two")]])),
    result: [1, thrown("c", "boom")],
    success: false,
    ran: ["one", "boom"],
    status: [{ type: "Failure", flow_jobs_success: [true, false] }],
  },
  {
    is: "a branch whose failure is skipped leaves its error in the result",
    value: flow(
      branchall("a", [{ modules: [code("b", "boom")], skip_failure: true }, [code("c", "two")]]),
      identity("d"),
    ),
    result: [thrown("b", "boom"), 2],
  },
  {
    is: "parallel branches all run, and a failure is known at the end",
    value: flow(branchall("a", [[code("b", "boom")], [code("c", "two")]], { parallel: true })),
    result: [thrown("b", "boom"), 2],
    success: false,
    ran: ["boom", "two"],
    status: [{ type: "Failure", flow_jobs_success: [false, true] }],
  },
  {
    is: "parallel branches with a skipped failure",
    value: flow(
      branchall("a", [{ modules: [code("b", "boom")], skip_failure: true }, [code("c", "two")]], { parallel: true }),
      code("d", "echo", { x: js("results.a.length") }),
    ),
    result: 2,
  },
  {
    is: "the failure module goes along into a branch of branchone, and does not run again outside",
    value: {
      ...flow(branchone("a", [["true", code("b", "boom"), code("c", "one")]]), code("d", "two")),
      failure_module: code("failure", "echo", { x: js("error.step_id") }),
    },
    result: "b",
    success: false,
    ran: ["boom", "echo"],
    status: [{ type: "Failure" }, { type: "WaitingForPriorSteps" }],
  },
  {
    is: "the failure module does not go along into branches of branchall",
    value: {
      ...flow(branchall("a", [[code("b", "boom")], [code("c", "one")]], { parallel: true })),
      failure_module: code("failure", "echo", { x: js("[error.message, previous_result.length]") }),
    },
    result: ["boom", 2],
    success: false,
    ran: ["boom", "one", "echo"],
  },
  {
    is: "branches inside branches",
    value: flow(
      code("a", "one"),
      branchall("b", [
        [branchone("c", [["results.a === 1", code("d", "echo", { x: js("results.a + flow_input.n") })]])],
      ]),
    ),
    args: { n: 10 },
    result: [11],
  },
  {
    is: "retrying a branch runs the whole branch again",
    value: flow(
      module("a", { type: "branchone", branches: [], default: [code("b", "one"), code("c", "third time")] } as never, {
        retry: { constant: { attempts: 2, seconds: 0 } },
      }),
    ),
    result: 3,
    ran: ["one", "third time", "one", "third time", "one", "third time"],
  },
  {
    is: "fixed arguments reach branches",
    value: flow(branchone("a", [["true", code("b", "echo", { x: fixed(1) })]])),
    result: 1,
  },
];
