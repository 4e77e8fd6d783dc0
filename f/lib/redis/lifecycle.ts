import { ConflictError, NotFoundError } from "../errors.ts";
import { readUser, saveUsers, shutOut, type UserState, writeUser } from "./acl.ts";
import { sendCommands } from "./commands.ts";
import { forgetCredentials, keepPassword, keepPrevious, newPassword, readPasswords } from "./credentials.ts";
import type { RedisPorts } from "./ensure_user.ts";
import { deleteKeys } from "./keys.ts";
import { passwordDigest, userNames } from "./project_user.ts";
import type { SendCommands } from "./rate_limit.ts";

/*
 * What happens to a project's Redis user besides being ensured. None of these takes the project's lease: they are steps
 * of work on the whole project, whose caller holds it. Each may be run again after a kill at any line.
 */

const sending =
  ({ redis }: RedisPorts): SendCommands =>
  (commands) =>
    sendCommands(redis, commands);

/** How the user compares with what it should be; changes nothing. */
export async function inspectUser(ports: RedisPorts, project: string): Promise<UserState> {
  const names = userNames(project);
  const { digests } = await readPasswords(ports.workspace, names, ports.now?.() ?? new Date());
  return readUser(sending(ports), names, digests);
}

/** Lets the project in no more, at once and across restarts; its keys stay. `provideUser` lets it in again. */
export async function lockUser(ports: RedisPorts, project: string): Promise<void> {
  const send = sending(ports);
  await shutOut(send, userNames(project));
  await saveUsers(send);
}

/** Deletes the project's user, all its keys and what Windmill keeps of it. Answers how many keys there were. */
export async function removeUser(ports: RedisPorts, project: string): Promise<{ keys: number }> {
  const names = userNames(project);
  const send = sending(ports);
  await shutOut(send, names); // first: whoever is connected would write on
  const keys = await deleteKeys(ports.redis, names.prefix);
  await send([["ACL", "DELUSER", names.user]]);
  await saveUsers(send);
  await forgetCredentials(ports.workspace, names);
  return { keys };
}

/**
 * Gives the project's user a new password and keeps it where the old one was. The old one is let in for the grace
 * period; the first `provideUser` after that ends it. Rotated again within it, only the last two are let in.
 * Throws NotFound when the project has no Redis user yet, Conflict for one that is locked.
 */
export async function rotateUser(
  ports: RedisPorts,
  project: string,
  { graceSeconds }: { graceSeconds: number },
): Promise<{ secret: string; previousValidUntil: string }> {
  const { workspace, now = () => new Date() } = ports;
  const names = userNames(project);
  const send = sending(ports);
  const before = await workspace.getSecret(names.secret);
  const state = await inspectUser(ports, project);
  if (!before || state === "absent") throw noUser(project);
  if (state === "locked") throw isLocked(project);
  const until = new Date(now().getTime() + graceSeconds * 1000);
  const after = newPassword();
  await keepPrevious(workspace, names, before, until);
  // Redis first: until Windmill has the new password, everybody goes on with the old one.
  await writeUser(send, names, [after, before].map(passwordDigest));
  await saveUsers(send);
  await keepPassword(workspace, names, after);
  return { secret: names.secret, previousValidUntil: until.toISOString() };
}

const noUser = (project: string): NotFoundError =>
  new NotFoundError(`Project ${project} has no Redis user`, {
    hint: "Run f/infra/redis/ensure_user for the project first.",
  });

const isLocked = (project: string): ConflictError =>
  new ConflictError(`The Redis user of project ${project} is locked`, {
    hint: "Restore the project first; a new password would let it in again.",
  });
