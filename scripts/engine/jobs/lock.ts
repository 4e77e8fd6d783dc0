import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const SPLIT = "//bun.lock";

/**
 * Windmill installs what a script's lock pins. This engine uses what is installed already, so it refuses a lock that
 * pins another version of a direct dependency: a test must not pass with a package that production does not run.
 */
export function checkLock(lock: string | null, modules: string): void {
  for (const [name, pinned] of Object.entries(directDependencies(lock))) {
    const installed = installedVersion(name, modules);
    if (installed === pinned) continue;
    const found = installed ? `${name}@${installed} is installed` : `${name} is not installed`;
    throw new Error(
      `The lock of this script pins ${name}@${pinned}, but ${found} in ${join(modules, "node_modules")}. Install the pinned version, or write the lock anew.`,
    );
  }
}

/** Package to version, from the first half of a lock. Without a lock nothing is pinned. */
export function directDependencies(lock: string | null): Record<string, string> {
  if (!lock) return {};
  const at = lock.indexOf(SPLIT);
  if (at < 0) throw new Error(`Invalid requirements, expected to find ${SPLIT} split pattern in ${lock.slice(0, 200)}`);
  const manifest = JSON.parse(lock.slice(0, at)) as { dependencies?: Record<string, string> };
  return manifest.dependencies ?? {};
}

export function installedVersion(name: string, modules: string): string | undefined {
  const file = join(modules, "node_modules", name, "package.json");
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, "utf8")) as { version?: string }).version;
}
