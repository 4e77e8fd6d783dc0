import { existsSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkLock } from "./lock.ts";
import { NATIVE_DEFINES, nativeImports } from "./native.ts";
import { type Sources, withoutPins } from "./sources.ts";

export type Bundler = {
  /** The file with the code, its imports and its packages in one; made once for equal sources. Throws why it cannot. */
  bundle(sources: Sources): Promise<string>;
};

/** A message for whoever wrote the script. */
export class BundleError extends Error {
  override name = "BundleError";
}

export function createBundler(dataDir: string, modules: string): Bundler {
  const folder = join(dataDir, "bundles");
  mkdirSync(folder, { recursive: true });
  const underWay = new Map<string, Promise<string>>();
  return {
    bundle(sources) {
      checkLock(sources.lock, modules);
      const file = join(folder, `${sources.key}.js`);
      if (existsSync(file)) return Promise.resolve(file);
      const already = underWay.get(sources.key);
      if (already) return already;
      const made = build(sources, file, modules).finally(() => underWay.delete(sources.key));
      underWay.set(sources.key, made);
      return made;
    },
  };
}

async function build(sources: Sources, file: string, modules: string): Promise<string> {
  const root = `${file}.src`;
  const native = sources.runtime === "native";
  try {
    for (const [path, content] of sources.files) {
      if (path.split("/").includes("..")) throw new BundleError(`${path} leads out of the workspace`);
      const target = join(root, `${path}.ts`);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, withoutPins(content));
    }
    symlinkSync(join(modules, "node_modules"), join(root, "node_modules"));
    const built = await Bun.build({
      entrypoints: [join(root, `${sources.entry}.ts`)],
      target: native ? "browser" : "bun",
      external: ["electron"],
      define: native ? NATIVE_DEFINES : {},
      plugins: native ? [nativeImports, workspaceImports(root)] : [workspaceImports(root)],
      throw: false,
    });
    if (!built.success)
      throw new BundleError(built.logs.map((log) => String(log).replaceAll(`${root}/`, "")).join("\n"));
    const [output] = built.outputs;
    if (!output) throw new BundleError("the bundle is empty");
    // A reader sees the whole file or none, also when this process dies half-way.
    writeFileSync(`${file}.new`, await output.text());
    renameSync(`${file}.new`, file);
    return file;
  } finally {
    rmSync(root, { recursive: true, force: true });
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
