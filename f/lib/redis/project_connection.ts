import { NotFoundError } from "../errors.ts";
import { namedResource, type RedisValue } from "../resources.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { userNames } from "./project_user.ts";

/**
 * A project's own connection to Redis, for routes that serve its users: whatever goes wrong there stays within the
 * project's keys. Throws NotFound when the project has no Redis user.
 */
export async function projectRedis(workspace: Pick<Workspace, "getResource">, project: string): Promise<RedisValue> {
  const { resource } = userNames(project);
  if ((await workspace.getResource(resource)) !== undefined) return namedResource<RedisValue>(resource);
  throw new NotFoundError("This project has no realtime channels", {
    hint: 'Turn them on with "realtime": true in run8n.json and apply the project.',
  });
}
