import { execFileSync } from "node:child_process";

/** The commit a checkout is at; nothing outside of git. */
export const headOf = (checkout: string): string | null => git(checkout, "rev-parse", "HEAD")?.trim() ?? null;

/**
 * Whether the checkout contains the commit that was pushed last. Without it, what the checkout lacks may be work that
 * it has not fetched yet. A workspace that was pushed from outside of git cannot tell, so there it is taken as true.
 */
export const contains = (checkout: string, commit: string | null): boolean =>
  commit === null || git(checkout, "merge-base", "--is-ancestor", commit, "HEAD") !== undefined;

function git(checkout: string, ...args: string[]): string | undefined {
  try {
    return execFileSync("git", ["-C", checkout, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch {
    return undefined;
  }
}
