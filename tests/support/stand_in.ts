import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, startServer } from "../../scripts/stack/process.ts";
import { type StandInOptions, standInServer } from "../../scripts/stack/servers/stand_in.ts";

/**
 * Starts a stand-in of the test file's own on a free port. `stop` then `start` is a restart on the same state, `kill`
 * is what a crash looks like, `remove` ends it and takes its state away.
 */
export async function startStandIn(options: Omit<StandInOptions, "dir" | "port">) {
  const dir = mkdtempSync(join(tmpdir(), `run8n-${options.service}-`));
  const port = await freePort();
  const start = () => startServer(standInServer({ ...options, dir, port }), dir);
  let running = await start();
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    dir,
    stop: () => running.stop(),
    async start() {
      running = await start();
    },
    async kill() {
      process.kill(running.pid, "SIGKILL");
      await running.stop();
    },
    async remove() {
      await running.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
