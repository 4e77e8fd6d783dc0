import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { checkLock } from "./lock.ts";
import { NATIVE_DEFINES, nativeImports } from "./native.ts";
import { type Sources, withoutPins } from "./sources.ts";

export type Bundler = {
  /** The file that begins the code with its imports and its packages; made once for equal sources. Throws why it cannot. */
  bundle(sources: Sources): Promise<string>;
};

/** A message for whoever wrote the script. */
export class BundleError extends Error {
  override name = "BundleError";
}

const KEPT_UNUSED_MS = 7 * 24 * 60 * 60 * 1000;

/** Bundles lie in a folder that engines may share, at once and one after the other. */
export function createBundler(folder: string, modules: string): Bundler {
  mkdirSync(folder, { recursive: true });
  forgetUnused(folder);
  const underWay = new Map<string, Promise<string>>();
  return {
    bundle(sources) {
      checkLock(sources.lock, modules);
      const target = join(folder, sources.key);
      if (used(target)) return Promise.resolve(join(target, "main.js"));
      const already = underWay.get(sources.key);
      if (already) return already;
      const made = build(sources, target, modules).finally(() => underWay.delete(sources.key));
      underWay.set(sources.key, made);
      return made;
    },
  };
}

/** Removes what no job has used for a week, and what an engine left that died while it bundled. */
function forgetUnused(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false }); // another engine may be at it too
    if (found && found.mtimeMs < Date.now() - KEPT_UNUSED_MS) rmSync(path, { recursive: true, force: true });
  }
}

/** Whether a bundle is there; if so, its age begins anew. */
function used(bundle: string): boolean {
  const now = new Date();
  try {
    utimesSync(bundle, now, now);
    return true;
  } catch {
    return false;
  }
}

async function build(sources: Sources, target: string, modules: string): Promise<string> {
  const work = mkdtempSync(`${target}-`);
  const root = join(work, "src");
  const native = sources.runtime === "native";
  try {
    for (const [path, content] of sources.files) {
      if (path.split("/").includes("..")) throw new BundleError(`${path} leads out of the workspace`);
      const file = join(root, `${path}.ts`);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, withoutPins(content));
    }
    symlinkSync(join(modules, "node_modules"), join(root, "node_modules"));
    const built = await Bun.build({
      entrypoints: [join(root, `${sources.entry}.ts`)],
      outdir: join(work, "out"),
      naming: { entry: "main.[ext]" },
      // What is imported when it is needed lies in files of its own, so that a job that does without does not read it.
      splitting: !native,
      target: native ? "browser" : "bun",
      external: ["electron"],
      define: native ? NATIVE_DEFINES : {},
      plugins: native ? [nativeImports, workspaceImports(root)] : [workspaceImports(root)],
      throw: false,
    });
    if (!built.success)
      throw new BundleError(built.logs.map((log) => String(log).replaceAll(`${root}/`, "")).join("\n"));
    try {
      renameSync(join(work, "out"), target); // a reader sees all of it or nothing
    } catch (error) {
      if (!used(target)) throw error; // else another engine was first, with the same
    }
    return join(target, "main.js");
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function workspaceImports(root: string): Bun.BunPlugin {
  return {
    name: "workspace-imports",
    setup(build) {
      build.onResolve({ filter: /^\/[fu]\// }, ({ path }) => ({ path: join(root, path.replace(/(\.ts)?$/, ".ts")) }));
      // Packages try their compiled parts and do without them when they are missing.
      build.onResolve({ filter: /\.node$/ }, ({ path }) => ({ path, external: true }));
    },
  };
}
