import { branchone, code, fixed, flow, forloop, identity, js, whileloop } from "../steps.ts";
import { type Case, thrown } from "./case.ts";

const item = { x: js("flow_input.iter.value") };
const numbers = js("flow_input.ns");
const ns = [1, 2, 3];

export const loops: Case[] = [
  {
    is: "forloop collects the last result of each iteration",
    value: flow(forloop("a", numbers, [code("b", "double", item), code("c", "double", { x: js("results.b") })])),
    args: { ns },
    result: [4, 8, 12],
    ran: ["double", "double", "double", "double", "double", "double"],
    status: [{ type: "Success", flow_jobs_success: [true, true, true] }],
  },
  {
    is: "forloop over a single step",
    value: flow(forloop("a", numbers, [code("b", "double", item)])),
    args: { ns },
    result: [2, 4, 6],
  },
  { is: "forloop over nothing", value: flow(forloop("a", fixed([]), [code("b", "one")]), identity("c")), result: [] },
  { is: "forloop without a body", value: flow(forloop("a", fixed([1, 2]), [])), result: [] },
  {
    is: "an iterator sees the result of the step before as `result`, and the arguments in the first step",
    value: flow(forloop("a", js("result.ns"), [code("b", "echo", item)])),
    args: { ns },
    result: [1, 2, 3],
  },
  {
    is: "an iterator that is no array fails the flow",
    value: flow(forloop("a", js("flow_input.ns"), [code("b", "one")])),
    args: { ns: 5 },
    result: {
      error: { name: "InternalError", message: "Expected an array value in the iterator expression, found: number" },
    },
    success: false,
  },
  {
    is: "iter has index and value, the outer loop's becomes iter_parent",
    value: flow(
      forloop("a", fixed(["x", "y"]), [
        forloop("b", fixed([7]), [
          code("c", "echo", { x: js("[flow_input.iter, flow_input.iter_parent]") }),
          identity("d"),
        ]),
      ]),
    ),
    result: [
      [
        [
          { index: 0, value: 7 },
          { index: 0, value: "x" },
        ],
      ],
      [
        [
          { index: 0, value: 7 },
          { index: 1, value: "y" },
        ],
      ],
    ],
  },
  {
    is: "results of the flow around are seen in the body, the body's own ones not outside",
    value: flow(
      code("a", "two"),
      forloop("b", fixed([1, 2]), [code("c", "sum", { a: js("results.a"), ...{ b: item.x } }), identity("d")]),
      code("e", "echo", { x: js("[results.b, results.c]") }),
    ),
    result: [[3, 4], null],
  },
  {
    is: "a failing iteration ends the loop and the flow; the result is what there is",
    value: flow(forloop("a", fixed([2, 3, 4]), [code("b", "boom if odd", item), identity("c")]), code("d", "one")),
    result: [2, thrown("b", "odd 3")],
    success: false,
    ran: ["boom if odd", "boom if odd"],
    status: [{ type: "Failure", flow_jobs_success: [true, false] }, { type: "WaitingForPriorSteps" }],
  },
  {
    is: "skip_failures leaves errors among the results",
    value: flow(
      forloop("a", fixed([2, 3, 5]), [code("b", "boom if odd", item), identity("c")], { skip_failures: true }),
    ),
    result: [2, thrown("b", "odd 3"), thrown("b", "odd 5")],
    status: [{ type: "Success", flow_jobs_success: [true, false, false] }],
  },
  {
    is: "a loop of one step is retried as a whole",
    value: flow(
      forloop("a", fixed([0, 1]), [code("b", "third time")], {}, { retry: { constant: { attempts: 2, seconds: 0 } } }),
    ),
    result: [3, 4],
    ran: ["third time", "third time", "third time", "third time"],
  },
  {
    is: "parallel iterations",
    value: flow(forloop("a", numbers, [code("b", "double", item)], { parallel: true }), identity("c")),
    args: { ns },
    result: [2, 4, 6],
    status: [{ type: "Success", flow_jobs_success: [true, true, true] }, {}],
  },
  {
    is: "parallel iterations, two at a time",
    value: flow(forloop("a", fixed([1, 2, 3, 4, 5]), [code("b", "double", item)], { parallel: true, parallelism: 2 })),
    result: [2, 4, 6, 8, 10],
  },
  {
    is: "parallelism by expression",
    value: flow(
      forloop("a", numbers, [code("b", "double", item)], { parallel: true, parallelism: js("flow_input.p") }),
    ),
    args: { ns, p: 1 },
    result: [2, 4, 6],
  },
  {
    is: "a failure among parallel iterations is known when all have ended",
    value: flow(forloop("a", numbers, [code("b", "boom if odd", item)], { parallel: true })),
    args: { ns },
    result: [thrown("b", "odd 1"), 2, thrown("b", "odd 3")],
    success: false,
    status: [{ type: "Failure", flow_jobs_success: [false, true, false] }],
  },
  {
    is: "parallel with skip_failures",
    value: flow(
      forloop("a", numbers, [code("b", "boom if odd", item)], { parallel: true, skip_failures: true }),
      code("c", "echo", { x: js("results.a[1]") }),
    ),
    args: { ns },
    result: 2,
  },
  {
    is: "the failure module handles a failure inside the loop, and not once more outside",
    value: {
      ...flow(forloop("a", numbers, [code("b", "boom if odd", item)]), code("c", "one")),
      failure_module: code("failure", "echo", { x: js("error.message") }),
    },
    args: { ns: [2, 3, 4] },
    result: [2, "odd 3"],
    success: false,
    ran: ["boom if odd", "boom if odd", "echo"],
  },
  {
    is: "stop_after_if on a loop leaves the loop, not the flow",
    value: flow(
      forloop(
        "a",
        numbers,
        [code("b", "double", item), identity("c")],
        {},
        { stop_after_if: { expr: "result === 4" } },
      ),
      code("d", "echo", { x: js("previous_result") }),
    ),
    args: { ns },
    result: [2, 4],
  },
  {
    is: "stop_after_if on a step inside a loop leaves the loop too",
    value: flow(
      forloop("a", numbers, [
        code("b", "double", item, { stop_after_if: { expr: "result === 4" } }),
        code("c", "double", { x: js("results.b") }),
      ]),
      identity("d"),
    ),
    args: { ns },
    result: [4, 4],
  },
  {
    is: "a deployed loop over a single step has the iteration before as its previous result",
    value: flow(forloop("a", fixed([7, 8]), [code("b", "echo", { x: js("previous_result") })])),
    args: { n: 1 },
    result: [{ n: 1 }, { n: 1 }],
  },
  {
    is: "in a preview the body is a flow, whose first step has the iteration's input as its previous result",
    kind: "flowpreview",
    value: flow(forloop("a", fixed([7, 8]), [code("b", "echo", { x: js("previous_result.iter.value") })])),
    result: [7, 8],
  },
  {
    is: "an iteration that the failure module recovers has failed all the same",
    value: {
      ...flow(forloop("a", numbers, [code("b", "boom if odd", item)]), code("c", "one")),
      failure_module: code("failure", "echo", { x: js("({ recover: true })") }),
    },
    args: { ns: [2, 3, 4] },
    result: [2, { recover: true }],
    success: false,
  },
  {
    is: "in a parallel loop the failure module handles each failure inside, and none outside",
    value: {
      ...flow(
        forloop("a", numbers, [code("b", "boom if odd", item), identity("d"), identity("e"), identity("f")], {
          parallel: true,
        }),
        code("c", "one"),
      ),
      failure_module: code("failure", "echo", { x: js("error.message") }),
    },
    args: { ns: [3, 5, 2] },
    result: ["odd 3", "odd 5", 2],
    success: false,
  },
  {
    is: "a mock inside a loop",
    value: flow(forloop("a", numbers, [code("b", "boom", {}, { mock: { enabled: true, return_value: 7 } })])),
    args: { ns },
    result: [7, 7, 7],
  },
  {
    is: "a recovered iteration of a parallel loop counts as done well",
    value: {
      ...flow(forloop("a", numbers, [code("b", "boom if odd", item)], { parallel: true }), code("c", "one")),
      failure_module: code("failure", "echo", { x: js("({ recover: true })") }),
    },
    args: { ns: [2, 3] },
    result: 1,
  },
  {
    is: "an iteration that stops with an error which is handled does not end a loop that skips failures",
    value: {
      ...flow(
        forloop(
          "a",
          numbers,
          [code("b", "double", item, { stop_after_if: { expr: "result === 4", error_message: "four" } })],
          { skip_failures: true },
        ),
      ),
      failure_module: code("failure", "echo", { x: js("error.message") }),
    },
    args: { ns },
    result: [2, "four", 6],
  },
  {
    is: "whileloop runs until its predicate holds; iter.value is the index",
    value: flow(
      whileloop("a", [code("b", "echo", item), identity("c")], {}, { stop_after_if: { expr: "result >= 2" } }),
      code("d", "echo", { x: js("results.a") }),
    ),
    result: [0, 1, 2],
    status: [{ type: "Success", flow_jobs_success: [true, true, true] }, {}],
  },
  {
    is: "whileloop over a single step, stopped by all that it has done",
    value: flow(whileloop("a", [code("b", "one")], {}, { stop_after_if: { expr: "all_iters.length === 3" } })),
    result: [1, 1, 1],
  },
  {
    is: "whileloop ends at a failure",
    value: flow(whileloop("a", [code("b", "boom")], {}, { stop_after_if: { expr: "false" } })),
    result: [thrown("b", "boom")].map(({ error }) => ({ error: { ...error, step_id: "a" } })),
    success: false,
    ran: ["boom"],
  },
  {
    is: "a whileloop that skips failures goes on",
    value: flow(
      whileloop(
        "a",
        [code("b", "third time"), identity("c")],
        { skip_failures: true },
        { stop_after_if: { expr: "true" } },
      ),
    ),
    result: [thrown("b", "attempt 1"), thrown("b", "attempt 2"), 3],
  },
  {
    is: "a whileloop ended by a step in a branch inside it",
    value: flow(
      whileloop("a", [
        code("b", "echo", item),
        branchone("c", [["results.b === 1", code("d", "one", {}, { stop_after_if: { expr: "true" } })]]),
        identity("e"),
      ]),
    ),
    result: [0, 1],
  },
  {
    is: "stop_after_all_iters_if stops the flow after the loop",
    value: flow(
      forloop(
        "a",
        numbers,
        [code("b", "double", item)],
        {},
        { stop_after_all_iters_if: { expr: "all_iters.length === result.length" } },
      ),
      code("c", "one"),
    ),
    args: { ns },
    result: [2, 4, 6],
    ran: ["double", "double", "double"],
  },
];
