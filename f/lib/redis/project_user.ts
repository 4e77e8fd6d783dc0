import { createHash } from "node:crypto";
import { folderOf, projectName } from "../names.ts";

/** The Redis user of a project, what it reaches, and where its password and connection are kept in Windmill. */
export type UserNames = {
  project: string;
  user: string;
  /** What every key and channel of the project begins with: no project name has a colon, so none is within another's. */
  prefix: string;
  folder: string;
  secret: string;
  /** The password before the last rotation, as long as it is still let in. */
  previous: string;
  resource: string;
};

export function userNames(value: string): UserNames {
  const project = projectName(value);
  const folder = folderOf(project);
  return {
    project,
    user: `project-${project}`,
    prefix: `${project}:`,
    folder,
    secret: `${folder}/redis_password`,
    previous: `${folder}/redis_previous_password`,
    resource: `${folder}/redis`,
  };
}

/**
 * What a project may do with its own keys and channels. Beyond the commands that Redis itself calls dangerous, those
 * that name or count other projects' keys, channels and connections are out, and functions, which all share. Lua is in:
 * queues and rate limiters are made of it, and Redis checks each command of a script against the same rules.
 */
const COMMANDS = [
  ...["+@read", "+@write", "+@connection", "+@transaction", "+@pubsub", "+time"],
  ...["+eval", "+evalsha", "+eval_ro", "+evalsha_ro", "+script|load", "+script|exists"],
  ...["-@admin", "-@dangerous", "-scan", "-randomkey", "-dbsize", "-pubsub", "-function"],
  // Tracking in broadcast mode tells the names of all keys that change.
  ...["-client|tracking", "-client|caching", "-client|trackinginfo", "-client|getredir"],
];

/** The complete rules of a project's user, from nothing on. Passwords go as digests, which logs and MONITOR may show. */
export const userRules = ({ prefix }: UserNames, digests: readonly string[]): string[] => [
  "reset",
  "on",
  ...digests.map((digest) => `#${digest}`),
  `~${prefix}*`,
  `&${prefix}*`,
  ...COMMANDS,
];

/** A password as Redis keeps it. */
export const passwordDigest = (password: string): string => createHash("sha256").update(password).digest("hex");
