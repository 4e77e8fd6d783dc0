import { describe, expect, it } from "vitest";
import { UpstreamError } from "../../../../f/lib/errors.ts";
import { checkAll, probe } from "../../../../f/lib/health/check.ts";

const answering = (version: string | null) =>
  probe(
    async () => undefined,
    async () => version,
  );
const failing = (error: unknown) =>
  probe(
    async () => {
      throw error;
    },
    async () => null,
  );
const hanging = probe(
  () => new Promise<void>(() => undefined),
  async () => null,
);

describe("checkAll", () => {
  it("is up when all services are, with the version that each says", async () => {
    expect(await checkAll({ a: answering("1.2"), b: answering(null) }, 5)).toEqual({
      status: "up",
      services: [
        { name: "a", status: "up", version: "1.2", latencyMs: expect.any(Number) },
        { name: "b", status: "up", version: null, latencyMs: expect.any(Number) },
      ],
    });
  });

  it("is down when one is, and says why without a secret", async () => {
    const refused = Object.assign(new Error("connect redis://:hunter2@h"), { code: "ECONNREFUSED" });
    const health = await checkAll(
      {
        up: answering("1"),
        typed: failing(new UpstreamError("Redis at h:1 did not answer", { hint: "Check.", cause: refused })),
        untyped: failing(new TypeError("password hunter2 is wrong")),
        strange: failing("hunter2"),
      },
      5,
    );
    expect(health).toMatchObject({
      status: "down",
      services: [
        { name: "up", status: "up" },
        { name: "typed", status: "down", version: null, detail: "Redis at h:1 did not answer (ECONNREFUSED)" },
        { name: "untyped", status: "down", detail: "unexpected TypeError" },
        { name: "strange", status: "down", detail: "unexpected failure" },
      ],
    });
    expect(JSON.stringify(health)).not.toContain("hunter2");
  });

  it("asks all at once and waits no longer than it was told", async () => {
    const started = performance.now();
    const health = await checkAll({ a: hanging, b: hanging, c: hanging, d: answering("1") }, 0.2);
    expect(performance.now() - started).toBeLessThan(1000);
    expect(health.services.map(({ status }) => status)).toEqual(["down", "down", "down", "up"]);
    expect(health.services[0]).toMatchObject({ detail: "no answer within 0.2 seconds", latencyMs: expect.any(Number) });
  });

  it("does not count as latency what had to be there first", async () => {
    const slowToOpen = probe(
      () => new Promise<void>((resolve) => setTimeout(resolve, 200)),
      async () => "1",
    );
    const { services } = await checkAll({ slowToOpen }, 5);
    expect(services[0]!.latencyMs).toBeLessThan(150);
  });

  it.each([0, 0.09, 61, -1, Number.NaN, Number.POSITIVE_INFINITY, "5", null, undefined])(
    "refuses %j as a time",
    async (timeoutSeconds) => {
      await expect(checkAll({}, timeoutSeconds)).rejects.toMatchObject({ code: "invalid_input", status: 400 });
    },
  );
});
