import { ensureUser } from "../../redis/ensure_user.ts";
import { hasKeys } from "../../redis/keys.ts";
import { inspectUser, lockUser, removeUser, rotateUser } from "../../redis/lifecycle.ts";
import { userNames } from "../../redis/project_user.ts";
import type { RedisValue } from "../../resources.ts";
import type { Kind, Ports } from "./kind.ts";

/** The Redis user with its keys and channels. A manifest that no longer wants one leaves the one that there is. */
export const realtimeKind: Kind = {
  kind: "realtime",
  async plan(ports, { project, manifest }) {
    if (!manifest.realtime) return [];
    const { user, resource } = userNames(project);
    const what = `Redis user ${user}`;
    const state = await inspectUser(await redisPorts(ports), project);
    if (state === "absent") return [{ action: "create", what, why: "it does not exist", risk: "safe" }];
    const connected = (await ports.workspace.getResource(resource)) !== undefined;
    if (state === "right" && connected) return [];
    const why = { locked: "it is locked", different: "its rules or password differ", right: `${resource} is missing` };
    return [{ action: "update", what, why: why[state], risk: "safe" }];
  },
  async apply(ports, { project, manifest }) {
    if (!manifest.realtime) return { status: "unchanged" };
    return ensureUser({ sql: ports.sql, ...(await redisPorts(ports)) }, project);
  },
  async env({ workspace, optional }, project): Promise<Record<string, string>> {
    const { secret, user, prefix } = userNames(project);
    const [redis, password] = [await optional<RedisValue>("redis"), await workspace.getSecret(secret)];
    if (!redis || !password) return {};
    const scheme = redis.ssl ? "rediss" : "redis";
    const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
    return { REDIS_URL: `${scheme}://${login}@${redis.host}:${redis.port}/${redis.db ?? 0}`, REDIS_PREFIX: prefix };
  },
  async rotate(ports, project, graceSeconds) {
    if (!(await isThere(ports, project))) return [];
    const { previousValidUntil } = await rotateUser(await redisPorts(ports), project, { graceSeconds });
    return [{ what: "Redis user", status: "updated", previousWorksUntil: previousValidUntil }];
  },
  async lock(ports, project) {
    if (await isThere(ports, project)) await lockUser(await redisPorts(ports), project);
  },
  list: remains,
  async drop(ports, project) {
    // A server whose Redis saves no users has none of ours, and could not save that one is gone.
    if ((await remains(ports, project)).length === 0) return {};
    await removeUser(await redisPorts(ports), project);
    return {};
  },
};

async function remains(ports: Ports, project: string): Promise<string[]> {
  const redis = await ports.optional<RedisValue>("redis");
  if (!redis) return [];
  const { user, prefix } = userNames(project);
  return [
    ...((await isThere(ports, project)) ? [`Redis user ${user}`] : []),
    ...((await hasKeys(redis, prefix)) ? [`Redis keys ${prefix}*`] : []),
  ];
}

async function redisPorts({ workspace, connection }: Ports) {
  return { redis: await connection<RedisValue>("redis"), workspace };
}

async function isThere(ports: Ports, project: string): Promise<boolean> {
  if (!(await ports.optional("redis"))) return false;
  return (await inspectUser(await redisPorts(ports), project)) !== "absent";
}
