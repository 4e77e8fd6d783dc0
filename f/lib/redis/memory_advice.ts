import type { Memory } from "./memory.ts";

type Rule = { when: (memory: Memory) => boolean; finding: (memory: Memory) => string; advice: string };

const LOW_SHARE = 0.2;
/** Below this, Redis's own buffers make any ratio look bad. */
const WORTH_DEFRAGMENTING_BYTES = 100 * 1024 * 1024;

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MiB`;
const bound = ({ limitBytes, machineBytes }: Memory): number => limitBytes ?? machineBytes ?? 0;

/**
 * One Redis holds caches, which may go, and rate limits, queues and presence, which may not. So it needs a limit below
 * what the machine has, and a policy that only lets go what its owner gave an expiry to.
 */
const RULES: Rule[] = [
  {
    when: ({ limitBytes }) => limitBytes === null,
    finding: () => "Redis has no memory limit: it takes memory until the machine kills something",
    advice: "Set maxmemory to about three quarters of what Redis may have, in its configuration or start command.",
  },
  {
    when: ({ limitBytes, machineBytes }) => limitBytes !== null && machineBytes !== null && limitBytes > machineBytes,
    finding: ({ limitBytes, machineBytes }) =>
      `The limit of ${megabytes(limitBytes ?? 0)} is more than the machine's ${megabytes(machineBytes ?? 0)}`,
    advice: "Lower maxmemory to about three quarters of what Redis may have.",
  },
  {
    when: ({ evictionPolicy }) => evictionPolicy.startsWith("allkeys-"),
    finding: ({ evictionPolicy }) => `The eviction policy ${evictionPolicy} deletes queues and counters of any project`,
    advice: "Set maxmemory-policy to volatile-lru, which only deletes keys that have an expiry.",
  },
  {
    when: ({ evictionPolicy, limitBytes, keysThatExpire }) =>
      evictionPolicy === "noeviction" && limitBytes !== null && keysThatExpire > 0,
    finding: () => "With the eviction policy noeviction every write fails once the limit is reached, sign-ups included",
    advice: "Set maxmemory-policy to volatile-lru, so that keys with an expiry make room first.",
  },
  {
    when: (memory) => memory.headroomBytes !== null && memory.headroomBytes < bound(memory) * LOW_SHARE,
    finding: (memory) => `Only ${megabytes(memory.headroomBytes ?? 0)} of ${megabytes(bound(memory))} are left`,
    advice: "Raise maxmemory, or find what grows: `redis-cli --bigkeys` names the largest key of each kind.",
  },
  {
    when: ({ evictedKeys }) => evictedKeys > 0,
    finding: ({ evictedKeys }) => `${evictedKeys} keys had to go before their time since Redis started`,
    advice: "Raise maxmemory, or give caches a shorter expiry.",
  },
  {
    when: ({ fragmentationRatio, usedBytes }) =>
      (fragmentationRatio ?? 1) > 1.5 && usedBytes > WORTH_DEFRAGMENTING_BYTES,
    finding: ({ fragmentationRatio }) =>
      `Redis holds ${fragmentationRatio} times the memory it uses, because it is fragmented`,
    advice: "Set activedefrag to yes, or restart Redis when it suits.",
  },
  {
    when: ({ saved }) => !saved,
    finding: () => "Redis could not write its last snapshot or append-only file: a restart would lose what is new",
    advice: "Read Redis's log; mostly the disk is full or its folder is not writable.",
  },
];

/** What should be changed, most important first; nothing when all is well. */
export const memoryAdvice = (memory: Memory): { finding: string; advice: string }[] =>
  RULES.filter(({ when }) => when(memory)).map(({ finding, advice }) => ({ finding: finding(memory), advice }));
