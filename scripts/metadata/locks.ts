import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import type { Files, Problem } from "./files.ts";
import { NO_DEPENDENCIES } from "./no_dependencies.ts";
import { importsOf } from "./signature.ts";

type Versions = Record<string, string>;

/** Packages that the bundle of each `.ts` file needs directly: its own imports and those of all it imports below `f/`. */
export function packagesOf(sources: Files): (file: string) => string[] {
  const imports = new Map([...sources].map(([file, code]) => [file, importsOf(code)]));
  return (file) => {
    const seen = new Set<string>();
    const packages = new Set<string>();
    const visit = (path: string) => {
      if (seen.has(path)) return;
      seen.add(path);
      for (const specifier of imports.get(path) ?? []) {
        if (specifier.startsWith(".")) visit(posix.join(posix.dirname(path), specifier));
        else if (!isBuiltin(specifier)) packages.add(packageName(specifier));
      }
    };
    visit(file);
    return [...packages].sort();
  };
}

/**
 * Writes lock texts with the versions pinned in the repository's `package.json`. The packages below them get exactly the
 * versions of `package-lock.json`, so production runs what was tested, and no network is needed. One bun call for each
 * distinct set of packages.
 */
export function lockWriter(root: string, bun: string): (file: string, packages: string[]) => string | Problem {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { dependencies: Versions };
  const written = new Map<string, string>();
  return (file, packages) => {
    const unknown = packages.find((name) => !dependencies[name]);
    if (unknown)
      return { file, message: `it imports "${unknown}", which is not among the dependencies of package.json` };
    const key = packages.join(" ");
    const lock =
      written.get(key) ?? writeLock(root, bun, Object.fromEntries(packages.map((n) => [n, dependencies[n]!])));
    written.set(key, lock);
    return lock;
  };
}

function writeLock(root: string, bun: string, dependencies: Versions): string {
  if (Object.keys(dependencies).length === 0) return NO_DEPENDENCIES;
  const manifest = JSON.stringify({ dependencies }, null, 2);
  const folder = mkdtempSync(join(tmpdir(), "run8n-lock-"));
  try {
    writeFileSync(join(folder, "package.json"), manifest);
    // bun takes the versions over from npm's lock, and drops what this manifest does not need.
    copyFileSync(join(root, "package-lock.json"), join(folder, "package-lock.json"));
    const install = ["install", "--save-text-lockfile", "--lockfile-only"];
    const run = spawnSync(bun, install, { cwd: folder, encoding: "utf8" });
    if (run.status !== 0) throw new Error(`bun ${install.join(" ")} failed: ${run.error?.message ?? run.stderr}`);
    return `${manifest}\n//bun.lock\n${portable(readFileSync(join(folder, "bun.lock"), "utf8"))}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Takes out what belongs to this machine: the name of the repository, and where its registry serves a package. */
function portable(lock: string): string {
  return lock.replace(/^ {6}"name": .*\n/m, "").replace(/^(\s+"[^"]+": \["[^"]+", )"https?:[^"]*"/gm, '$1""');
}

function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
