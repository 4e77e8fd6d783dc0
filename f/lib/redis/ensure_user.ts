import { ConflictError, UpstreamError } from "../errors.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import type { RedisValue } from "../resources.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { endConnections, readUser, saveUsers, writeUser } from "./acl.ts";
import { sendCommands } from "./commands.ts";
import { keepConnection, keepPassword, newPassword, readPasswords } from "./credentials.ts";
import { hasKeys } from "./keys.ts";
import { type UserNames, userNames } from "./project_user.ts";
import type { SendCommands } from "./rate_limit.ts";

export type RedisPorts = {
  /** The server with a login that may manage users; host and port are what the project's own connection gets. */
  redis: RedisValue;
  workspace: Workspace;
  now?: () => Date;
};

export type EnsuredUser = {
  project: string;
  user: string;
  /** What the project's keys and channels must begin with. */
  prefix: string;
  /** Where Windmill keeps the password and the connection. */
  secret: string;
  resource: string;
  status: "created" | "updated" | "unchanged";
};

/** `provideUser` under the project's lease, with an audit row. */
export function ensureUser({ sql, ...ports }: RedisPorts & { sql: Sql }, project: string): Promise<EnsuredUser> {
  const { project: name } = userNames(project);
  return operate({ sql, verb: "infra/redis/ensure_user", project: name, arguments: { project: name } }, () =>
    provideUser(ports, name),
  );
}

/**
 * Makes a project's Redis user exist, which reaches the keys and channels that begin with `<project>:` and no other,
 * and survives a restart. A drift is put right; one that was locked is let in again. A password that a rotation has
 * replaced is let in until its time is over; then it is refused and the connections made until then are ended.
 * Throws Conflict when keys of that prefix are there before the project is, Precondition when Redis saves no users.
 */
export async function provideUser(ports: RedisPorts, project: string): Promise<EnsuredUser> {
  const { redis, workspace, now = () => new Date() } = ports;
  const names = userNames(project);
  const send: SendCommands = (commands) => sendCommands(redis, commands);
  await workspace.ensureFolder(names.folder);
  if (!(await workspace.getSecret(names.secret))) {
    await refuseForeignKeys(redis, names);
    await keepPassword(workspace, names, newPassword());
  }
  const { digests, retired } = await readPasswords(workspace, names, now());
  const found = await readUser(send, names, digests);
  if (found !== "right") {
    await saveUsers(send); // before anything is made that a restart would undo
    await writeUser(send, names, digests);
  }
  await saveUsers(send); // also when a job died between the two
  if (retired) {
    await endConnections(send, names.user);
    await workspace.deleteSecret(names.previous);
  }
  const connected = await keepConnection(workspace, names, redis);
  await confirm(send, names, digests);
  const { user, prefix, secret, resource } = names;
  const status = found === "absent" ? "created" : found !== "right" || retired || connected ? "updated" : "unchanged";
  return { project: names.project, user, prefix, secret, resource, status };
}

/** Somebody else's keys would become the project's. */
async function refuseForeignKeys(redis: RedisValue, { prefix, secret }: UserNames): Promise<void> {
  if (!(await hasKeys(redis, prefix))) return;
  throw new ConflictError(`Redis already has keys that begin with ${prefix}, not made by this project`, {
    hint: `Choose another project name, or keep a password of your own as the secret variable ${secret} to take them over.`,
    details: { prefix },
  });
}

async function confirm(send: SendCommands, names: UserNames, digests: string[]): Promise<void> {
  if ((await readUser(send, names, digests)) === "right") return;
  throw new UpstreamError(`Redis took the user ${names.user} and then did not have it as it should be`, {
    hint: "Somebody else changes Redis's users at the same time; call again.",
    retryable: true,
  });
}
