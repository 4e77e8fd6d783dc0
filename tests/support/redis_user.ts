import type { RedisValue } from "../../f/lib/resources.ts";
import type { memoryWorkspace } from "./workspace.ts";

/** The Redis connection of a project as a job would get it: the resource, with the secret it refers to filled in. */
export function redisOf(workspace: ReturnType<typeof memoryWorkspace>, { resource }: { resource: string }): RedisValue {
  const value = workspace.resources.get(resource)?.value as RedisValue;
  return { ...value, password: workspace.secrets.get(String(value.password).slice("$var:".length)) as string };
}
