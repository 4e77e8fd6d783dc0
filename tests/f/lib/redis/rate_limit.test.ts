import { describe, expect, inject, it, vi } from "vitest";
import { sendCommands } from "../../../../f/lib/redis/commands.ts";
import { rateLimitKey, type SendCommands, takeFromLimits } from "../../../../f/lib/redis/rate_limit.ts";
import { uniqueProject } from "../../../support/database.ts";

const send: SendCommands = (commands) => sendCommands(inject("services").redis, commands);
const limit = (of: number, windowSeconds = 60) => ({
  key: rateLimitKey(uniqueProject(), "test", "203.0.113.7"),
  limit: of,
  windowSeconds,
});

describe("takeFromLimits", () => {
  it("lets the limit through and refuses the next, saying when to come back", async () => {
    const three = limit(3);
    for (let call = 0; call < 3; call++) await takeFromLimits(send, [three]);
    const refused = await takeFromLimits(send, [three]).catch((error) => error);
    expect(refused).toMatchObject({ code: "rate_limited", status: 429, retryable: true });
    expect(refused.details.retryAfterSeconds).toBeGreaterThan(18);
    expect(refused.details.retryAfterSeconds).toBeLessThanOrEqual(20);
  });

  it("lets exactly the limit through when many call at once", async () => {
    const seven = limit(7);
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, () => takeFromLimits(send, [seven])));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(7);
  });

  it("lets callers in again as time passes", async () => {
    const quick = limit(1, 1);
    await takeFromLimits(send, [quick]);
    await expect(takeFromLimits(send, [quick])).rejects.toMatchObject({ details: { retryAfterSeconds: 1 } });
    await vi.waitFor(() => takeFromLimits(send, [quick]), { timeout: 5000, interval: 50 });
  });

  it("takes nothing from any limit when one of them refuses", async () => {
    const wide = limit(2);
    const narrow = limit(1);
    await takeFromLimits(send, [wide, narrow]);
    for (let call = 0; call < 5; call++) await expect(takeFromLimits(send, [wide, narrow])).rejects.toThrow();
    await takeFromLimits(send, [wide]);
    await expect(takeFromLimits(send, [wide])).rejects.toMatchObject({ code: "rate_limited" });
  });

  it("keeps its keys in the project's part and lets them expire", async () => {
    const five = limit(5);
    await takeFromLimits(send, [five]);
    expect(five.key).toMatch(/^run8n:p[0-9a-f]+:ratelimit:test:203\.0\.113\.7$/);
    const [left] = await send([["PTTL", five.key]]);
    expect(left).toBeGreaterThan(11_000);
    expect(left).toBeLessThanOrEqual(12_000);
  });

  it("asks Redis once, however many limits there are", async () => {
    const counted = vi.fn(send);
    await takeFromLimits(counted, [limit(1), limit(2), limit(3)]);
    expect(counted).toHaveBeenCalledOnce();
    expect(counted.mock.calls[0]![0]).toHaveLength(1);
  });

  it("fails openly when the answer is not a number", async () => {
    await expect(takeFromLimits(async () => ["OK"], [limit(1)])).rejects.toMatchObject({ code: "upstream_failed" });
  });
});
