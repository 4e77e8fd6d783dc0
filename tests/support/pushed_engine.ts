import { existsSync, mkdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inject } from "vitest";
import { type EngineOptions, startEngine, type TestEngine } from "./engine.ts";
import { deploy } from "./workspace_items.ts";

/**
 * Starts an engine to whose workspace all of `f/` was pushed. The real CLI pushes once per run of the tests; every engine
 * after that begins with a copy of what came of it. Its schedules are left out: nothing happens that no test asks for.
 */
export async function pushedEngine(options: EngineOptions = {}): Promise<TestEngine> {
  return startEngine({ ...options, begin: await pushedState() });
}

async function pushedState(): Promise<string> {
  const folder = inject("pushed");
  const state = join(folder, "state");
  while (!existsSync(state)) {
    const lock = join(folder, "lock");
    if (!claimed(lock)) await sleep(20);
    else
      try {
        renameSync(await push(join(folder, "unfinished")), state);
      } finally {
        rmdirSync(lock);
      }
  }
  return state;
}

/** Another test file that needs the same may be at it already. */
function claimed(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}

async function push(dataDir: string): Promise<string> {
  rmSync(dataDir, { recursive: true, force: true });
  const engine = await startEngine({ dataDir });
  try {
    await deploy(engine, ["f/lib", "f/infra", "f/api"], (file) => !file.endsWith(".schedule.yaml"));
  } finally {
    await engine.stop();
  }
  return dataDir;
}
