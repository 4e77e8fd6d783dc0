import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RedisValue } from "../../f/lib/resources.ts";
import { freePort, startServer } from "../../scripts/stack/process.ts";
import { redisServer } from "../../scripts/stack/servers/redis.ts";

/** A Redis of the test's own, for what would disturb the shared one. `kill` is what a crash looks like. */
export async function startRedis() {
  const dir = mkdtempSync(join(tmpdir(), "run8n-redis-"));
  const port = await freePort();
  const password = "test-password";
  const start = () => startServer(redisServer({ dir, port, password }), dir);
  let running = await start();
  const redis: RedisValue = { host: "127.0.0.1", port, password };
  return {
    redis,
    async restart() {
      process.kill(running.pid, "SIGKILL");
      await running.stop();
      running = await start();
    },
    async remove() {
      await running.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
