import { OperationError } from "../errors.ts";
import { memoryAdvice } from "./memory_advice.ts";
import type { SendCommands } from "./rate_limit.ts";

export type MemoryReport = {
  /** `attention` when there is advice, `down` when Redis did not answer; `detail` then says why. */
  status: "ok" | "attention" | "down";
  memory: Memory | null;
  advice: { finding: string; advice: string }[];
  detail?: string;
};

/** Sizes are bytes; null where Redis has no limit or does not say. */
export type Memory = {
  usedBytes: number;
  peakBytes: number;
  limitBytes: number | null;
  /** What is left below the limit, or of the machine's memory when there is none. */
  headroomBytes: number | null;
  machineBytes: number | null;
  /** What Redis does when the limit is reached. */
  evictionPolicy: string;
  /** Since Redis started. */
  evictedKeys: number;
  fragmentationRatio: number | null;
  keys: number;
  keysThatExpire: number;
  /** Whether the last snapshot and the last write to the append-only file succeeded. */
  saved: boolean;
};

/** Reads how much memory Redis uses and judges it. Never throws for a Redis that does not answer. */
export async function checkMemory(send: SendCommands): Promise<MemoryReport> {
  try {
    const [info] = await send([["INFO", "everything"]]);
    const memory = memoryIn(String(info));
    const advice = memoryAdvice(memory);
    return { status: advice.length > 0 ? "attention" : "ok", memory, advice };
  } catch (error) {
    if (!(error instanceof OperationError)) throw error;
    return { status: "down", memory: null, advice: [], detail: error.message };
  }
}

function memoryIn(info: string): Memory {
  const fields = new Map([...info.matchAll(/^(\w+):(.*?)\r?$/gm)].map(([, name = "", value = ""]) => [name, value]));
  const number = (name: string): number => Number(fields.get(name)) || 0;
  const usedBytes = number("used_memory");
  const limitBytes = number("maxmemory") || null;
  const machineBytes = number("total_system_memory") || null;
  const bound = limitBytes ?? machineBytes;
  const databases = [...info.matchAll(/^db\d+:keys=(\d+),expires=(\d+)/gm)];
  const sum = (group: number): number => databases.reduce((total, match) => total + Number(match[group]), 0);
  return {
    usedBytes,
    peakBytes: number("used_memory_peak"),
    limitBytes,
    headroomBytes: bound && Math.max(0, bound - usedBytes),
    machineBytes,
    evictionPolicy: fields.get("maxmemory_policy") ?? "unknown",
    evictedKeys: number("evicted_keys"),
    fragmentationRatio: number("mem_fragmentation_ratio") || null,
    keys: sum(1),
    keysThatExpire: sum(2),
    saved: !["rdb_last_bgsave_status", "aof_last_write_status"].some((name) => fields.get(name) === "err"),
  };
}
