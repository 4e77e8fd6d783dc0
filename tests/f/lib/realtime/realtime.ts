import { afterAll, beforeAll, inject } from "vitest";
import { sendCommands } from "../../../../f/lib/redis/commands.ts";
import { provideUser } from "../../../../f/lib/redis/ensure_user.ts";
import { removeUser } from "../../../../f/lib/redis/lifecycle.ts";
import type { SendCommands } from "../../../../f/lib/redis/rate_limit.ts";
import type { RedisValue } from "../../../../f/lib/resources.ts";
import { uniqueProject } from "../../../support/database.ts";
import { redisOf } from "../../../support/redis_user.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

/** A project that speaks to Redis with its own rights, and nothing of it afterwards. */
export function projectOnRedis() {
  const redis = inject("services").redis;
  const workspace = memoryWorkspace();
  const project = uniqueProject();
  let own: RedisValue;
  beforeAll(async () => {
    own = redisOf(workspace, await provideUser({ redis, workspace }, project));
  });
  afterAll(() => removeUser({ redis, workspace }, project));
  const send: SendCommands = (commands) => sendCommands(own, commands);
  return { project, send, own: () => own };
}
