import { describe, expect, it } from "vitest";
import { branches } from "./cases/branches.ts";
import { type Case, scripts } from "./cases/case.ts";
import { earlyStops } from "./cases/early_stops.ts";
import { failures } from "./cases/failures.ts";
import { loopEnds } from "./cases/loop_ends.ts";
import { loops } from "./cases/loops.ts";
import { parallelLoops } from "./cases/parallel_loops.ts";
import { settings } from "./cases/settings.ts";
import { steps } from "./cases/steps.ts";
import { createWorld, type WorldParts } from "./world.ts";

const topics: Record<string, Case[]> = {
  steps,
  branches,
  loops,
  loopEnds,
  parallelLoops,
  failures,
  earlyStops,
  settings,
};

async function outcome({ value, args, kind, parts }: Case, more: WorldParts = {}) {
  const world = await createWorld({ ...parts, scripts: { ...scripts, ...parts?.scripts }, ...more });
  const id = world.push(value, args, kind);
  await world.settle();
  const { result, success, skipped = false, flowStatus } = world.job(id);
  return { result, success, skipped, status: flowStatus?.modules, ran: world.log.map((one) => one.script), world };
}

describe.each(Object.entries(topics))("%s:", (_, cases) => {
  it.each(cases)("$is", async (example) => {
    const { result, success = true, skipped = false, ran, status } = example;
    const got = await outcome(example);
    expect(got).toMatchObject({ success, skipped });
    expect(got.result).toEqual(result);
    if (ran) expect(got.ran).toEqual(ran);
    if (status) expect(got.status).toMatchObject(status);
  });

  it.each(cases)("the same when every call goes to a new runner: $is", async (example) => {
    const { world: _here, status: _ids, ...expected } = await outcome(example);
    expect(await outcome(example, { forgetful: true })).toMatchObject(expected);
  });

  it.each(cases)("the same, and nothing runs twice, wherever the engine is killed: $is", async (example) => {
    const { world, status: _ids, ...expected } = await outcome(example);
    for (let crashAt = 1; crashAt <= world.calls(); crashAt++) {
      const { world: _here, status: _other, ...got } = await outcome(example, { crashAt });
      expect(got, `killed at call ${crashAt}`).toEqual(expected);
    }
  });
});
