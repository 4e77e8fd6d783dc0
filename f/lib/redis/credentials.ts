import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { RedisValue } from "../resources.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { passwordDigest, type UserNames } from "./project_user.ts";

type Previous = { digest: string; validUntil: string };

/** The digests of the passwords that a project's user may log in with, and whether one has had its time. */
export type Passwords = { digests: string[]; retired: boolean };

export const newPassword = (): string => randomBytes(32).toString("base64url");

/** The passwords as Windmill has them; no digest when there is none yet. */
export async function readPasswords(workspace: Workspace, names: UserNames, now: Date): Promise<Passwords> {
  const [current, kept] = await Promise.all([workspace.getSecret(names.secret), workspace.getSecret(names.previous)]);
  const previous = kept ? (JSON.parse(kept) as Previous) : undefined;
  const inGrace = previous !== undefined && new Date(previous.validUntil) > now;
  const digests = [...(current ? [passwordDigest(current)] : []), ...(inGrace ? [previous.digest] : [])];
  return { digests: [...new Set(digests)], retired: previous !== undefined && !inGrace };
}

/** Kept before Redis hears of it: a job that dies in between leaves a secret that the next one uses. */
export const keepPassword = (workspace: Workspace, names: UserNames, password: string): Promise<void> =>
  workspace.setSecret(names.secret, password, `Password of the Redis user ${names.user}`);

/** Notes until when a password that is about to be replaced is still let in. */
export const keepPrevious = (workspace: Workspace, names: UserNames, password: string, until: Date): Promise<void> =>
  workspace.setSecret(
    names.previous,
    JSON.stringify({ digest: passwordDigest(password), validUntil: until.toISOString() } satisfies Previous),
    `Digest of the password that the Redis user ${names.user} had before, and until when it is let in`,
  );

/** Writes the connection where it is not as it must be; answers whether it had to. */
export async function keepConnection(workspace: Workspace, names: UserNames, redis: RedisValue): Promise<boolean> {
  const { host, port, db, ssl } = redis;
  const connection = {
    host,
    port,
    ...(db ? { db } : {}),
    username: names.user,
    password: `$var:${names.secret}`,
    ...(ssl ? { ssl } : {}),
  };
  if (isDeepStrictEqual(await workspace.getResource(names.resource), connection)) return false;
  await workspace.setResource(names.resource, "redis", connection);
  return true;
}

/** Takes the connection and then the passwords away; what is not there is done already. */
export async function forgetCredentials(workspace: Workspace, names: UserNames): Promise<void> {
  await workspace.deleteResource(names.resource);
  await workspace.deleteSecret(names.previous);
  await workspace.deleteSecret(names.secret);
}
