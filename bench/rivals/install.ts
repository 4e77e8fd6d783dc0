import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Installs what a rival consists of, into a folder of its own beside its package.json, once. */
export function installRival(name: string): void {
  const cwd = join(import.meta.dirname, name);
  if (existsSync(join(cwd, "node_modules/.package-lock.json"))) return;
  console.error(`installing the rival ${name} …`);
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd, stdio: ["ignore", "ignore", "inherit"] });
}
