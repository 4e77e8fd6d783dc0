import { afterAll, beforeAll, vi } from "vitest";
import { setClient } from "windmill-client";
import { startEngine, type TestEngine } from "./engine.ts";

/**
 * Lets `jobWorkspace()` and `$res:` paths of this test file work as in a job: against an engine of its own, which is
 * given once it runs.
 */
export function jobsEngine(): { engine: TestEngine } {
  const holder = {} as { engine: TestEngine };
  beforeAll(async () => {
    holder.engine = await startEngine();
    vi.stubEnv("WM_WORKSPACE", holder.engine.workspace);
    vi.stubEnv("BASE_URL", holder.engine.url);
    setClient(holder.engine.token, holder.engine.url);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await holder.engine?.stop();
  });
  return holder;
}
