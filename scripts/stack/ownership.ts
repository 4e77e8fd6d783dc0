import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import type { Home } from "./home.ts";
import { isRunning } from "./process.ts";

/** A process that we started, with the moment of its start, because process ids are used again. */
export type Owned = { pid: number; born: string };

/** Every server of a stack carries this variable, which names the stack's folder. */
export const MARK = "RUN8N_STACK";

export const owned = (pid: number): Owned => ({ pid, born: bornAt(pid) ?? "" });

export const isOurs = ({ pid, born }: Owned): boolean => isRunning(pid) && bornAt(pid) === born;

/** When the process started, in whatever words the system has for it. */
function bornAt(pid: number): string | undefined {
  try {
    // The 22nd field, counted behind the command's name, which may hold spaces and brackets.
    if (process.platform === "linux") return fields(pid)[19];
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}

/** What /proc tells of a process from its state on. */
const fields = (pid: number | string): string[] =>
  readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");

/**
 * Servers of the stack that nobody has a record of: `up` was killed before it could write one. Only Linux shows
 * another process's environment; elsewhere the records are all there is.
 */
export function strays(home: Home, known: ReadonlySet<number>): number[] {
  if (process.platform !== "linux") return [];
  const marked = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && isMarked(pid, home));
  // A server's own children carry the mark too; they end with it.
  const parentOf = (pid: string) => {
    try {
      return fields(pid)[1] ?? "";
    } catch {
      return "";
    }
  };
  return marked.filter((pid) => !known.has(Number(pid)) && !marked.includes(parentOf(pid))).map(Number);
}

function isMarked(pid: string, home: Home): boolean {
  try {
    if (readFileSync(`/proc/${pid}/environ`, "latin1").split("\0").includes(`${MARK}=${home.dir}`)) return true;
    // Redis writes its title over its environment; what is left is what it is and where it works.
    return (
      readlinkSync(`/proc/${pid}/cwd`) === home.folder("redis") &&
      basename(readlinkSync(`/proc/${pid}/exe`)).startsWith("redis-")
    );
  } catch {
    return false; // it ended, or belongs to somebody else
  }
}
