import { describe, expect, it } from "vitest";
import { earlyReturn } from "../../../../scripts/engine/flows/early_return.ts";
import type { FlowValue, Job } from "../../../../scripts/engine/jobs/job.ts";
import { scripts } from "./cases/case.ts";
import { branchall, branchone, code, fixed, flow, forloop, identity, js, module, script, whileloop } from "./steps.ts";
import { createWorld } from "./world.ts";

async function settled(value: FlowValue, args = {}) {
  const world = await createWorld({ scripts, flows: { "f/x/sub": flow(code("s", "one")) } });
  const id = world.push(value, args);
  await world.settle();
  return { world, id };
}

/** The jobs below a flow, as far as the test asks. */
async function jobsOf(value: FlowValue, ...keys: (keyof Job)[]) {
  const { world, id } = await settled(value);
  const below = world.jobs().filter((job) => job.id !== id);
  return below.map((job) => Object.fromEntries(keys.map((key) => [key, job[key]])));
}

describe("the jobs of a flow", () => {
  it("have a path that says what they are", async () => {
    const value = flow(
      code("a", "one"),
      module("own", { type: "rawscript", content: "two", language: "bun", path: "f/x/own_path" }),
      script("b", "f/x/echo"),
      identity("c"),
      module("d", { type: "flow", path: "f/x/sub" }),
      forloop("e", fixed([1]), [code("f", "one")]),
      forloop("g", fixed([1]), [code("h", "one"), identity("i")]),
      forloop("j", fixed([1]), [code("k", "one")], { parallel: true }),
      branchone("l", [["true", code("m", "one")]]),
      branchall("n", [[code("o", "one")]]),
      whileloop("p", [code("q", "one"), identity("r")], {}, { stop_after_if: { expr: "true" } }),
    );
    expect(await jobsOf(value, "kind", "path", "flowStepId")).toEqual([
      { kind: "preview", path: "f/flow/a", flowStepId: "a" },
      { kind: "preview", path: "f/x/own_path", flowStepId: "own" },
      { kind: "script", path: "f/x/echo", flowStepId: "b" },
      { kind: "identity", path: null, flowStepId: "c" },
      { kind: "flow", path: "f/x/sub", flowStepId: "d" },
      { kind: "preview", path: "f/x/sub/s", flowStepId: "s" },
      { kind: "preview", path: "f/flow/loop-0", flowStepId: "e" },
      { kind: "flowpreview", path: "f/flow/loop-0", flowStepId: "g" },
      { kind: "preview", path: "f/flow/loop-0/h", flowStepId: "h" },
      { kind: "identity", path: null, flowStepId: "i" },
      { kind: "flowpreview", path: "f/flow/forloop-0", flowStepId: "j" },
      { kind: "preview", path: "f/flow/forloop-0/k", flowStepId: "k" },
      { kind: "flowpreview", path: "f/flow/branchone-1", flowStepId: "l" },
      { kind: "preview", path: "f/flow/branchone-1/m", flowStepId: "m" },
      { kind: "flowpreview", path: "f/flow/branchall-0", flowStepId: "n" },
      { kind: "preview", path: "f/flow/branchall-0/o", flowStepId: "o" },
      { kind: "flowpreview", path: "f/flow/loop-0", flowStepId: "p" },
      { kind: "preview", path: "f/flow/loop-0/q", flowStepId: "q" },
      { kind: "identity", path: null, flowStepId: "r" },
    ]);
  });

  it("take over the step's settings", async () => {
    const settings = { timeout: js("2 * 30"), cache_ttl: 600, delete_after_secs: 0 };
    expect(
      await jobsOf(flow(code("a", "one", {}, settings)), "timeoutSeconds", "cacheTtlSeconds", "deleteAfterSeconds"),
    ).toEqual([{ timeoutSeconds: 60, cacheTtlSeconds: 600, deleteAfterSeconds: 0 }]);
  });

  it("call a preprocessor by its own function", async () => {
    const value = { ...flow(), preprocessor_module: script("preprocessor", "f/x/echo") };
    expect(await jobsOf(value, "entrypoint", "args", "kind")).toEqual([
      { entrypoint: "preprocessor", args: {}, kind: "script" },
    ]);
  });

  it("cost little per iteration: a parallel loop reads no more rows than a few for each", async () => {
    const items = Array.from({ length: 200 }, (_, index) => index);
    const value = flow(forloop("a", fixed(items), [code("b", "one")], { parallel: true }));
    const { world, id } = await settled(value);
    expect(world.job(id).result).toHaveLength(200);
    expect(world.calls()).toBeLessThan(200 * 25);
  });
});

describe("a setting that cannot be made out fails the flow", () => {
  it.each([
    ["a negative timeout", { timeout: fixed(-1) }, "Expected timeout to be a number of zero or more, found: -1"],
    [
      "a timeout in words",
      { timeout: fixed("soon") },
      'Expected timeout to be a number of zero or more, found: "soon"',
    ],
    ["a predicate with an error in it", { skip_if: { expr: "1 +" } }, "SyntaxError"],
  ])("%s", async (_, settings, message) => {
    const { world, id } = await settled(flow(code("a", "one", {}, settings)));
    expect(world.job(id)).toMatchObject({
      success: false,
      result: { error: { name: "InternalError", message: expect.stringContaining(message) } },
    });
    expect(world.log).toEqual([]);
  });
});

describe("early return", () => {
  const value = (step: string, more: object = {}): FlowValue => ({
    ...flow(code("a", "one"), branchone("b", [["true", code("c", "two"), code("d", "three")]]), code("e", "boom")),
    early_return: step,
    ...more,
  });
  const returned = async (flowValue: FlowValue) => {
    const { world, id } = await settled(flowValue);
    return earlyReturn(world.host, world.job(id));
  };

  it.each([
    ["a step", "a", { success: true, result: 1 }],
    ["a step inside a branch", "c", { success: true, result: 2 }],
    ["a step that failed", "e", { success: false, result: { error: expect.anything() } }],
    ["no step of the flow", "zz", undefined],
  ])("is the result of %s", async (_, step, expected) => {
    expect(await returned(value(step))).toEqual(expected);
  });

  it("waits for the failure module when the step failed and there is one", async () => {
    expect(await returned(value("e", { failure_module: code("failure", "one") }))).toBeUndefined();
    expect(await returned(value("a", { failure_module: code("failure", "one") }))).toEqual({
      success: true,
      result: 1,
    });
  });

  it("is there as soon as the step has ended", async () => {
    const world = await createWorld({ scripts });
    const id = world.push(value("a"));
    expect(earlyReturn(world.host, world.job(id))).toBeUndefined();
    await world.settle(() => world.job(id).flowStatus?.step === 1);
    expect(earlyReturn(world.host, world.job(id))).toEqual({ success: true, result: 1 });
    expect(world.job(id).completedAt).toBeUndefined();
  });
});
