import type { RedisValue } from "../resources.ts";
import { type Reply, sendCommands } from "./commands.ts";

const BATCH = "1000";

/** Whether any database of this Redis has a key that begins with the prefix. */
export async function hasKeys(redis: RedisValue, prefix: string): Promise<boolean> {
  for await (const { keys } of batches(redis, prefix)) if (keys.length > 0) return true;
  return false;
}

/** Deletes every key that begins with the prefix, in all databases; answers how many there were. */
export async function deleteKeys(redis: RedisValue, prefix: string): Promise<number> {
  let deleted = 0;
  for await (const { db, keys } of batches(redis, prefix)) {
    if (keys.length === 0) continue;
    const [count] = await sendCommands({ ...redis, db }, [["UNLINK", ...keys]]);
    deleted += Number(count);
  }
  return deleted;
}

/** The keys in pieces, without holding up Redis. A prefix has no character that patterns give a meaning to. */
async function* batches(redis: RedisValue, prefix: string): AsyncGenerator<{ db: number; keys: string[] }> {
  const [info] = await sendCommands(redis, [["INFO", "keyspace"]]);
  for (const [, number] of String(info).matchAll(/^db(\d+):/gm)) {
    const db = Number(number);
    let cursor = "0";
    do {
      const [reply] = await sendCommands({ ...redis, db }, [["SCAN", cursor, "MATCH", `${prefix}*`, "COUNT", BATCH]]);
      const [next, keys] = reply as [string, Reply[]];
      cursor = next;
      yield { db, keys: keys as string[] };
    } while (cursor !== "0");
  }
}
