import { execFileSync } from "node:child_process";
import { findBinary } from "./find.mjs";

export { findBinary };

export function binary(name: string): string {
  const path = findBinary(name);
  if (!path)
    throw Object.assign(new Error(`${name} is not installed`), {
      hint: "Run `npm start`, which installs it or says how.",
    });
  return path;
}

/**
 * A command that runs as the account when we are root, and as it is when we are not. A program does it, because bun
 * accepts `uid` for a child process and ignores it.
 */
export function asAccount(account: string, argv: [string, ...string[]]): [string, ...string[]] {
  if (process.getuid?.() !== 0) return argv;
  const switched = [`--reuid=${account}`, `--regid=${account}`, "--clear-groups", "--inh-caps=-all", "--"];
  return [binary("setpriv"), ...switched, ...argv];
}

/** The ids of an account, so that a server can run as it when we are root; nothing when we are not. */
export function accountOf(user: string): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync("id", [flag, user], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}
