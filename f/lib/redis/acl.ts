import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { PreconditionError, UpstreamError } from "../errors.ts";
import type { Reply } from "./commands.ts";
import { type UserNames, userRules } from "./project_user.ts";
import type { SendCommands } from "./rate_limit.ts";

/** How a user in Redis compares with what it should be. */
export type UserState = "absent" | "locked" | "different" | "right";

/**
 * Looks without changing anything that lasts: Redis words the rules it was given in its own, version by version, so a
 * twin made by the same rules, which is gone before anybody else is served, says what the user should look like.
 */
export async function readUser(send: SendCommands, names: UserNames, digests: readonly string[]): Promise<UserState> {
  const twin = `run8n-twin-${randomBytes(6).toString("hex")}`;
  const replies = await send([
    ["MULTI"],
    ["ACL", "SETUSER", twin, ...userRules(names, digests)],
    ["ACL", "GETUSER", twin],
    ["ACL", "DELUSER", twin],
    ["ACL", "GETUSER", names.user],
    ["EXEC"],
  ]);
  const [, wanted, , found] = replies.at(-1) as Reply[];
  if (found === null || found === undefined) return "absent";
  if (isDeepStrictEqual(comparable(found), comparable(wanted))) return "right";
  return flagsOf(found).includes("off") ? "locked" : "different";
}

/** Gives the user exactly these rules; who is connected stays so. */
export const writeUser = (send: SendCommands, names: UserNames, digests: readonly string[]): Promise<Reply[]> =>
  send([["ACL", "SETUSER", names.user, ...userRules(names, digests)]]);

/** Lets the user in no more and ends its connections. Nothing happens when there is no such user. */
export async function shutOut(send: SendCommands, { user }: UserNames): Promise<void> {
  const [found] = await send([["ACL", "GETUSER", user]]);
  if (found === null) return;
  await send([["ACL", "SETUSER", user, "off"]]);
  await endConnections(send, user);
}

export async function endConnections(send: SendCommands, user: string): Promise<void> {
  await send([["CLIENT", "KILL", "USER", user]]);
}

/**
 * Writes the users to Redis's ACL file, so that they survive a restart.
 * Throws Precondition when Redis has no such file, or cannot write it.
 */
export async function saveUsers(send: SendCommands): Promise<void> {
  try {
    await send([["ACL", "SAVE"]]);
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.details?.reply !== "ERR") throw error;
    throw new PreconditionError("Redis cannot save its users: they would be gone after a restart", {
      hint: 'Start Redis with --aclfile and a file it may write, which holds the line "user default on ><password> ~* &* +@all".',
    });
  }
}

/** Redis tells passwords and commands in an order that changes by itself. */
const comparable = (reply: unknown): unknown =>
  (reply as Reply[]).map((value, at, all) => {
    if (all[at - 1] === "passwords") return [...(value as string[])].sort();
    return all[at - 1] === "commands" ? (value as string).split(" ").sort() : value;
  });

const flagsOf = (reply: Reply): Reply[] => {
  const fields = reply as Reply[];
  return fields[fields.indexOf("flags") + 1] as Reply[];
};
