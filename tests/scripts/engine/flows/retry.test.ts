import { describe, expect, it } from "vitest";
import { retryDelay } from "../../../../scripts/engine/flows/retry.ts";
import { code, fixed, flow, identity, js } from "./steps.ts";
import { createWorld } from "./world.ts";

const delays = (retry: Parameters<typeof retryDelay>[0], random = 0.5) =>
  Array.from({ length: 8 }, (_, failures) => retryDelay(retry, failures, () => random));

describe("retryDelay", () => {
  it.each([
    ["no retry", {}, []],
    ["constant", { constant: { attempts: 2, seconds: 5 } }, [5, 5]],
    ["exponential", { exponential: { attempts: 3, multiplier: 1, seconds: 5 } }, [5, 25, 125]],
    ["with a multiplier", { exponential: { attempts: 2, multiplier: 3, seconds: 2 } }, [6, 12]],
    [
      "constant, then exponential counted from the first failure",
      { constant: { attempts: 2, seconds: 1 }, exponential: { attempts: 2, multiplier: 1, seconds: 2 } },
      [1, 1, 8, 16],
    ],
    ["six hours at most", { exponential: { attempts: 2, multiplier: 1, seconds: 1000 } }, [1000, 21600]],
    ["six hours at most, constant", { constant: { attempts: 1, seconds: 1e6 } }, [21600]],
  ])("%s", (_, retry, seconds) => {
    expect(delays(retry).filter((delay) => delay !== undefined)).toEqual(seconds);
  });

  it.each([
    [0, 80],
    [0.5, 100],
    [1, 120],
  ])("varies by the random factor, in percent, both ways: %s", (random, seconds) => {
    const retry = { exponential: { attempts: 1, multiplier: 1, seconds: 100, random_factor: 20 } };
    expect(retryDelay(retry, 0, () => random)).toBe(seconds);
  });

  it("gives up after a thousand failures, whatever the flow says", () => {
    const retry = { constant: { attempts: 5000, seconds: 0 } };
    expect([retryDelay(retry, 1000), retryDelay(retry, 1001)]).toEqual([0, undefined]);
  });
});

describe("a step that is retried", () => {
  const scripts = {
    "fourth time": (_: unknown, { attempt }: { attempt: number }) => {
      if (attempt < 4) throw new Error(`attempt ${attempt}`);
      return attempt;
    },
    noise: ({ x }: Record<string, unknown>) => x,
  };
  const retry = { constant: { attempts: 1, seconds: 10 }, exponential: { attempts: 2, multiplier: 1, seconds: 3 } };

  it("waits as long as the delays say, and keeps account of the jobs that failed", async () => {
    const world = await createWorld({ scripts });
    const id = world.push(flow(code("a", "fourth time", {}, { retry }), identity("b")));
    await world.settle();
    const [first = 0, ...others] = world.log.map(({ at }) => at / 1000);
    expect(others.map((at) => at - first)).toEqual([10, 10 + 9, 10 + 9 + 27]);
    const failed = world.jobs().filter((job) => job.success === false);
    const { modules, retry: state } = world.job(id).flowStatus as never as Record<string, unknown[]>;
    expect(modules?.[0]).toMatchObject({ type: "Success", failed_retries: failed.map((job) => job.id) });
    expect(state).toEqual({ fail_count: 0, failed_jobs: [] });
  });

  it("gets the arguments of the first attempt, which are not worked out again", async () => {
    const world = await createWorld({ scripts });
    world.push(flow(code("a", "fourth time", { x: js("Math.random()") }, { retry })));
    await world.settle();
    expect(new Set(world.log.map(({ args }) => args.x)).size).toBe(1);
  });

  it("waits for a sleep before it once only", async () => {
    const world = await createWorld({ scripts });
    const wait = { constant: { attempts: 3, seconds: 1 } };
    world.push(flow(code("a", "noise", {}, { sleep: fixed(100) }), code("b", "fourth time", {}, { retry: wait })));
    await world.settle();
    const [slept, ...tried] = world.log.map(({ at }) => at / 1000);
    expect(tried.map((at) => at - (slept ?? 0))).toEqual([100, 101, 102, 103]);
  });
});
