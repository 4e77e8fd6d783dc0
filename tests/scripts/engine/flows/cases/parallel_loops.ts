import { code, fixed, flow, forloop, identity, js } from "../steps.ts";
import { type Case, thrown } from "./case.ts";

const item = { x: js("flow_input.iter.value") };
const numbers = js("flow_input.ns");
const ns = [1, 2, 3];

export const parallelLoops: Case[] = [
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
    is: "a recovered iteration of a parallel loop counts as done well",
    value: {
      ...flow(forloop("a", numbers, [code("b", "boom if odd", item)], { parallel: true }), code("c", "one")),
      failure_module: code("failure", "echo", { x: js("({ recover: true })") }),
    },
    args: { ns: [2, 3] },
    result: 1,
  },
];
