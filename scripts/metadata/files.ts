import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Texts by their path in the repository, with "/" between the parts. */
export type Files = ReadonlyMap<string, string>;

/** Something a person has to mend before a file can be derived. */
export type Problem = { file: string; argument?: string; message: string };

/** How a derived file on disk differs from what its sources say. */
export type Stale = { file: string; state: "missing" | "stale" | "orphaned" };

/** The given files and all files below the given folders, sorted; what does not exist is left out. */
export function readTree(root: string, paths: string[]): Map<string, string> {
  const files = new Map<string, string>();
  const visit = (path: string) => {
    const found = statSync(join(root, path), { throwIfNoEntry: false });
    if (found?.isDirectory()) for (const name of readdirSync(join(root, path))) visit(`${path}/${name}`);
    else if (found) files.set(path, readFileSync(join(root, path), "utf8"));
  };
  for (const path of paths) visit(path);
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What must change on disk so that exactly the derived files stand there; `owned` says which files are derived ones. */
export function compare(onDisk: Files, derived: Files, owned: (path: string) => boolean): Stale[] {
  const wrong: Stale[] = [];
  for (const [file, text] of derived) {
    const found = onDisk.get(file);
    if (found !== text) wrong.push({ file, state: found === undefined ? "missing" : "stale" });
  }
  for (const file of onDisk.keys()) {
    if (owned(file) && !derived.has(file)) wrong.push({ file, state: "orphaned" });
  }
  return wrong.sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** Brings the stale files up to date: writes what is missing or stale, removes what has lost its source. */
export function mend(root: string, derived: Files, stale: Stale[]): void {
  for (const { file, state } of stale) {
    if (state === "orphaned") rmSync(join(root, file));
    else write(root, file, derived.get(file) ?? "");
  }
}

/** Writes all of the files below a folder, for tools that only read from a disk. */
export function writeTree(root: string, files: Files): void {
  for (const [file, text] of files) write(root, file, text);
}

function write(root: string, file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}
