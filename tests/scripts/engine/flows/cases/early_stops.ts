import { branchone, code, flow, js, module } from "../steps.ts";
import { type Case, thrown } from "./case.ts";

const handler = (expr: string) => code("failure", "echo", { x: js(expr) });

export const earlyStops: Case[] = [
  {
    is: "stop_after_if ends the flow well, with that step's result",
    value: flow(code("a", "one", {}, { stop_after_if: { expr: "result === 1" } }), code("b", "two")),
    result: 1,
    ran: ["one"],
    status: [{ type: "Success" }, { type: "WaitingForPriorSteps" }],
  },
  {
    is: "stop_after_if that does not hold",
    value: flow(code("a", "one", {}, { stop_after_if: { expr: "result > 1 || flow_input.stop" } }), code("b", "two")),
    result: 2,
  },
  {
    is: "stopping may count as skipped",
    value: flow(
      code("a", "one", {}, { stop_after_if: { expr: "true", skip_if_stopped: true, error_message: "" } }),
      code("b", "two"),
    ),
    result: 1,
    skipped: true,
    status: [{ type: "Success", skipped: true }, {}],
  },
  {
    is: "stopping with a message fails the flow",
    value: flow(code("a", "one", {}, { stop_after_if: { expr: "true", error_message: "enough" } }), code("b", "two")),
    result: { error: { name: "EarlyStopError", message: "enough" } },
    success: false,
  },
  {
    is: "an empty message is made up from the predicate",
    value: flow(
      code("a", "one", {}, { stop_after_if: { expr: "result == 1", error_message: "", error_include_result: true } }),
    ),
    result: { error: { name: "EarlyStopError", message: "stop after if: result == 1", result: 1 } },
    success: false,
  },
  {
    is: "the failure module handles stopping with a message",
    value: {
      ...flow(code("a", "one", {}, { stop_after_if: { expr: "true", error_message: "enough" } }), code("b", "two")),
      failure_module: handler("error.message"),
    },
    result: "enough",
    success: false,
    ran: ["one", "echo"],
  },
  {
    is: "a step that fails does not stop early",
    value: flow(code("a", "boom", {}, { stop_after_if: { expr: "true" } })),
    result: thrown("a", "boom"),
    success: false,
  },
  {
    is: "stopping inside a branch stops the flow",
    value: flow(
      branchone("a", [["true", code("b", "one", {}, { stop_after_if: { expr: "true" } }), code("c", "two")]]),
      code("d", "three"),
    ),
    result: 1,
    ran: ["one"],
  },
  {
    is: "a flow that is a step and stops has ended, that is all",
    value: flow(module("a", { type: "flow", path: "f/x/sub" }), code("b", "double", { x: js("results.a") })),
    parts: {
      flows: { "f/x/sub": flow(code("x", "two", {}, { stop_after_if: { expr: "true" } }), code("y", "three")) },
    },
    result: 4,
  },
  {
    is: "a predicate that throws fails the flow",
    value: { ...flow(code("a", "one", {}, { stop_after_if: { expr: "result.x.y" } })), failure_module: handler("1") },
    result: {
      error: {
        name: "InternalError",
        message: "QuickJS evaluation error: TypeError: cannot read property 'y' of undefined",
      },
    },
    success: false,
    ran: ["one"],
  },
];
