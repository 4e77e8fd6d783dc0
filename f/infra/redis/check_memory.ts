import { sendCommands } from "../../lib/redis/commands.ts";
import { checkMemory, type MemoryReport } from "../../lib/redis/memory.ts";
import { type Redis, resource } from "../../lib/resources.ts";

/**
 * Checks how much memory Redis uses, how much is left, what it does when none is, and whether it saves what it has.
 * Answers { status, memory, advice }: `ok`, `attention` with what to change and how, or `down` with why. Never fails
 * because Redis does.
 * @param redis The server's Redis.
 */
export async function main(redis: Redis = "$res:f/infra/redis"): Promise<MemoryReport> {
  const server = await resource(redis);
  return checkMemory((commands) => sendCommands(server, commands));
}
