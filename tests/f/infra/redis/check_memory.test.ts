import { describe, expect, inject, it } from "vitest";
import { main as checkMemory } from "../../../../f/infra/redis/check_memory.ts";

const { redis } = inject("services");

describe("check_memory", () => {
  it("reads a real Redis as the stack starts it, and has nothing against it", async () => {
    const { status, memory, advice } = await checkMemory(redis);
    expect([status, advice]).toEqual(["ok", []]);
    expect(memory).toMatchObject({ limitBytes: 512 * 1024 ** 2, evictionPolicy: "volatile-lru", evictedKeys: 0 });
    expect(memory?.usedBytes).toBeGreaterThan(500_000);
    expect(memory?.headroomBytes).toBeLessThan(512 * 1024 ** 2);
  });

  it.each([
    ["nobody listens", { ...redis, port: 1 }, /did not answer/],
    ["the password is wrong", { ...redis, password: "s3cret" }, /WRONGPASS/],
  ])("says `down` when %s, and why", async (_, value, detail) => {
    const report = await checkMemory(value);
    expect(report).toEqual({ status: "down", memory: null, advice: [], detail: expect.stringMatching(detail) });
    expect(JSON.stringify(report)).not.toContain("s3cret");
  });
});
