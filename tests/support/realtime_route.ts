import { beforeAll, inject } from "vitest";
import { provideUser } from "../../f/lib/redis/ensure_user.ts";
import { accountsRoute } from "./accounts.ts";
import { redisOf } from "./redis_user.ts";
import { memoryWorkspace } from "./workspace.ts";
import { keep } from "./workspace_items.ts";

/** A project with accounts and its own Redis user, and the realtime routes on an engine of the test file's own. */
export function realtimeRoute() {
  const world = accountsRoute();
  beforeAll(async () => {
    const workspace = memoryWorkspace();
    const made = await provideUser({ redis: inject("services").redis, workspace }, world.project);
    await keep(world.engine(), { [made.resource]: redisOf(workspace, made) });
  });
  return { ...world, channel: `apps/${world.project}/realtime/everyone/lobby` };
}
