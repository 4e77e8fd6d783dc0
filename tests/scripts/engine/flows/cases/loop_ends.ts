import { branchone, code, flow, forloop, identity, js, whileloop } from "../steps.ts";
import { type Case, thrown } from "./case.ts";

const item = { x: js("flow_input.iter.value") };
const numbers = js("flow_input.ns");
const ns = [1, 2, 3];

export const loopEnds: Case[] = [
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
