import { describe, expect, it } from "vitest";
import { checkMemory } from "../../../../f/lib/redis/memory.ts";

const GIB = 1024 ** 3;
const SOUND = {
  used_memory: 0.5 * GIB,
  used_memory_peak: 0.6 * GIB,
  maxmemory: GIB,
  total_system_memory: 4 * GIB,
  maxmemory_policy: "volatile-lru",
  evicted_keys: 0,
  mem_fragmentation_ratio: 1.1,
  rdb_last_bgsave_status: "ok",
  aof_last_write_status: "ok",
  db0: "keys=10,expires=4,avg_ttl=0",
  db3: "keys=1,expires=1,avg_ttl=9",
};

/** A Redis that tells these things of itself, in its own wording. */
const telling = (fields: Partial<Record<keyof typeof SOUND, unknown>>) => async () => [
  Object.entries({ ...SOUND, ...fields })
    .map(([name, value]) => `${name}:${value}\r\n`)
    .join("# Section\r\n"),
];

describe("checkMemory", () => {
  it("says what Redis uses and what is left", async () => {
    expect(await checkMemory(telling({}))).toEqual({
      status: "ok",
      advice: [],
      memory: {
        usedBytes: 0.5 * GIB,
        peakBytes: 0.6 * GIB,
        limitBytes: GIB,
        headroomBytes: 0.5 * GIB,
        machineBytes: 4 * GIB,
        evictionPolicy: "volatile-lru",
        evictedKeys: 0,
        fragmentationRatio: 1.1,
        keys: 11,
        keysThatExpire: 5,
        saved: true,
      },
    });
  });

  it.each([
    ["no limit", { maxmemory: 0 }, /no memory limit/, /three quarters/],
    ["a limit beyond the machine", { maxmemory: 8 * GIB }, /8192 MiB is more than the machine's 4096/, /Lower/],
    [
      "a policy that deletes anything",
      { maxmemory_policy: "allkeys-lru" },
      /allkeys-lru deletes queues/,
      /volatile-lru/,
    ],
    ["a policy that refuses writes", { maxmemory_policy: "noeviction" }, /every write fails/, /volatile-lru/],
    ["little headroom", { used_memory: 0.9 * GIB }, /Only 102 MiB of 1024 MiB/, /Raise maxmemory/],
    ["evicted keys", { evicted_keys: 7 }, /7 keys had to go/, /Raise maxmemory/],
    ["fragmentation", { mem_fragmentation_ratio: 2.4 }, /2.4 times/, /activedefrag/],
    ["a failed snapshot", { rdb_last_bgsave_status: "err" }, /could not write/, /disk is full/],
    ["a failed append", { aof_last_write_status: "err" }, /could not write/, /disk is full/],
  ])("advises on %s", async (_, fields, finding, advice) => {
    const report = await checkMemory(telling(fields));
    expect(report).toMatchObject({
      status: "attention",
      advice: [{ finding: expect.stringMatching(finding), advice: expect.stringMatching(advice) }],
    });
  });

  it.each([
    ["noeviction on a Redis whose keys never expire", { maxmemory_policy: "noeviction", db0: "", db3: "" }],
    ["fragmentation of next to nothing", { mem_fragmentation_ratio: 9, used_memory: 1_000_000 }],
  ])("has nothing against %s", async (_, fields) => {
    expect(await checkMemory(telling(fields))).toMatchObject({ status: "ok", advice: [] });
  });
});
