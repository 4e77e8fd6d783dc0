import { describe, expect, it } from "vitest";
import { Pace, retryAfterMs } from "../../../../f/lib/openai/pace.ts";

/** A clock that stands still but for sleeping. */
const standing = () => {
  const clock = {
    time: 0,
    now: () => clock.time,
    async sleep(ms: number) {
      clock.time += ms;
    },
  };
  return clock;
};
const told = (limit: number, remaining: number, kind = "tokens") =>
  new Headers({ [`x-ratelimit-limit-${kind}`]: String(limit), [`x-ratelimit-remaining-${kind}`]: String(remaining) });

describe("Pace", () => {
  it("lets everybody in while nothing is known", async () => {
    const clock = standing();
    const pace = new Pace(clock);
    pace.learn(new Headers());
    for (let call = 0; call < 100; call++) await pace.enter(1_000_000);
    expect(clock.time).toBe(0);
  });

  it("waits for tokens and for requests as they come back", async () => {
    const clock = standing();
    const pace = new Pace(clock);
    pace.learn(told(6000, 50)); // one comes back every 10 ms
    await pace.enter(50);
    expect(clock.time).toBe(0);
    await pace.enter(100);
    expect(clock.time).toBe(1000);
    pace.learn(told(60, 0, "requests"));
    await pace.enter(1);
    expect(clock.time).toBe(2000);
  });

  it("believes the service when it says less is left than we think, and not when it says more", async () => {
    const clock = standing();
    const pace = new Pace(clock);
    pace.learn(told(6000, 6000));
    await pace.enter(3000);
    pace.learn(told(6000, 5000)); // an answer from before the last call
    await pace.enter(3000);
    expect(clock.time).toBe(0);
    pace.learn(told(6000, 0));
    await pace.enter(6);
    expect(clock.time).toBe(60);
  });

  it("lets a call larger than the whole limit in once all has come back", async () => {
    const clock = standing();
    const pace = new Pace(clock);
    pace.learn(told(6000, 0));
    await pace.enter(100_000);
    expect(clock.time).toBe(60_000);
  });

  it("closes for all", async () => {
    const clock = standing();
    const pace = new Pace(clock);
    pace.close(500);
    pace.close(100);
    await pace.enter(1);
    expect(clock.time).toBe(500);
  });
});

describe("retryAfterMs", () => {
  it.each<[Record<string, string>, number | undefined]>([
    [{ "retry-after-ms": "1500", "retry-after": "9" }, 1500],
    [{ "retry-after": "2" }, 2000],
    [{ "retry-after": "Thu, 01 Jan 1970 00:00:05 GMT" }, 4000],
    [{ "retry-after": "soon" }, undefined],
    [{}, undefined],
  ])("reads %j", (headers, ms) => expect(retryAfterMs(new Headers(headers), 1000)).toBe(ms));
});
