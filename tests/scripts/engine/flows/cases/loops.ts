import { code, fixed, flow, forloop, identity, js } from "../steps.ts";
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
    is: "a mock inside a loop",
    value: flow(forloop("a", numbers, [code("b", "boom", {}, { mock: { enabled: true, return_value: 7 } })])),
    args: { ns },
    result: [7, 7, 7],
  },
];
