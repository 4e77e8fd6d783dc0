import { join } from "node:path";
import { parse } from "yaml";
import { type Files, type Problem, readTree } from "./files.ts";
import { folderMetas } from "./folders.ts";
import { lockWriter, packagesOf } from "./locks.ts";
import { openapi } from "./openapi.ts";
import { rehash } from "./rehash.ts";
import { metadataYaml, readScript, type Script } from "./script.ts";
import { isStarter, starterLibraries } from "./starters.ts";
import { pulledYaml } from "./yaml.ts";

/** The files this derives and nobody edits; flows have their own compiler. */
export const isDerived = (path: string): boolean =>
  /\.script\.(yaml|lock)$|\/folder\.meta\.yaml$|^wmill-lock\.yaml$|^schemas\/openapi\.json$/.test(path) ||
  isStarter(path);

/**
 * Everything that follows from the sources of the repository at `root`: starter libraries, metadata and lock of each
 * script, folders, the form of triggers, OpenAPI document, wmill's hashes. Nothing is written; what has a problem is left out.
 */
export function deriveMetadata(root: string): { derived: Map<string, string>; problems: Problem[] } {
  const files = readTree(root, ["f", "templates", "wmill.yaml", "package.json"]);
  const starters = starterLibraries(files);
  const problems = [...starters.problems];
  const derived = new Map([...starters.files, ...folderMetas(), ...inPulledForm(files)]);

  const sources = sourcesOf(files, starters.files);
  const packages = packagesOf(sources);
  const lock = lockWriter(root, join(root, "node_modules/.bin/bun"));
  const scripts: Script[] = [];
  for (const [file, code] of sources) {
    const read = readScript(file, code);
    const text = lock(file, packages(file));
    problems.push(...read.problems, ...(typeof text === "string" ? [] : [text]));
    if (!read.script) continue;
    scripts.push(read.script);
    derived.set(`${read.script.path}.script.yaml`, metadataYaml(read.script));
    if (typeof text === "string") derived.set(`${read.script.path}.script.lock`, text);
  }
  derived.set("schemas/openapi.json", openapi(scripts, files));
  derived.set("wmill-lock.yaml", rehash(root, pushed(files, derived)));
  return { derived, problems };
}

/** Triggers and schedules are written by hand, but kept in the form in which a pull would give them back. */
function inPulledForm(files: Files): [string, string][] {
  const written = [...files].filter(([file]) => /^f\/.*(_trigger|\.schedule)\.yaml$/.test(file));
  return written.map(([file, text]) => [file, pulledYaml(parse(text))]);
}

/** The code that Windmill stores as scripts: all of `f/` but the inline steps of flows. */
function sourcesOf(files: Files, starters: Files): Map<string, string> {
  const written = [...files].filter(
    ([file]) => /^f\/.*\.ts$/.test(file) && !file.includes("__flow/") && !isStarter(file),
  );
  return new Map([...written, ...starters].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What `wmill` would find on disk once the derived files are written. */
function pushed(files: Files, derived: Files): Files {
  const kept = [...files].filter(([file]) => (file.startsWith("f/") && !isDerived(file)) || file === "wmill.yaml");
  return new Map([...kept, ...[...derived].filter(([file]) => file.startsWith("f/"))]);
}
