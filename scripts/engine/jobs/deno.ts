import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { namedImports, type Signature } from "../parser.ts";
import type { Sources } from "./sources.ts";
import { callOf } from "./wrapper.ts";

/** Windmill's flags, which let a script do everything; the last one makes Deno use the packages that are installed. */
const FLAGS = [
  "--no-check",
  "--import-map=import_map.json",
  ...["unsafe-proto", "bare-node-builtins", "webgpu", "ffi", "fs", "worker-options", "http"].map(
    (it) => `--unstable-${it}`,
  ),
  "--allow-all",
  "--node-modules-dir=manual",
];

/**
 * Lays out a job's folder for Deno, with the script and what it imports under `src`, and returns the command that runs
 * `wrapper.ts` there. Throws when a file imports a package without `npm:`, which Deno on Windmill does not know.
 */
export function layOutDeno(dir: string, sources: Sources, wrapper: string, modules: string): string[] {
  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), text, { mode: 0o600 });
  };
  for (const [path, content] of sources.files) {
    if (path.split("/").includes("..")) throw new Error(`${path} leads out of the workspace`);
    checkImports(path, content);
    write(`src/${path}.ts`, content);
  }
  write("wrapper.ts", wrapper);
  write("import_map.json", JSON.stringify({ imports: { "/f/": "./src/f/", "/u/": "./src/u/" } }));
  symlinkSync(join(modules, "node_modules"), join(dir, "node_modules"));
  if (sources.lock) write("lock.json", sources.lock);
  const lock = sources.lock ? ["--lock=lock.json", "--frozen=false"] : ["--no-lock"];
  return [denoBinary(), "run", ...FLAGS, ...lock, "wrapper.ts"];
}

function checkImports(path: string, content: string): void {
  const bare = namedImports(content).find((one) => !/^[a-z]+:/.test(one) && !isBuiltin(one));
  if (bare) throw new Error(`${path} imports "${bare}", which Deno does not find by that name: write "npm:${bare}"`);
}

/** The executable of the npm package `deno` for this machine. Throws when it is not installed. */
export function denoBinary(): string {
  const { platform, arch } = process;
  const name = `@deno/${platform}-${arch}${platform === "linux" ? "-glibc" : ""}`;
  try {
    const { resolve } = createRequire(createRequire(import.meta.url).resolve("deno/package.json"));
    return join(dirname(resolve(`${name}/package.json`)), platform === "win32" ? "deno.exe" : "deno");
  } catch {
    throw new Error(`Deno scripts need the npm package ${name}, which is not installed here: run npm ci`);
  }
}

/** The environment of a Deno job, from that of a bun job: Deno's own variables in place of bun's. */
export function denoEnvironment(environment: Record<string, string>, dataDir: string, baseUrl: string) {
  const others = Object.entries(environment).filter(([name]) => /^(WM_|PATH$|HOME$|TZ$)/.test(name));
  return {
    ...Object.fromEntries(others),
    RUST_LOG: "info",
    DENO_DIR: join(dataDir, "deno"),
    DENO_NO_UPDATE_CHECK: "1",
    DENO_AUTH_TOKENS: `${environment.WM_TOKEN}@${new URL(baseUrl).host}`,
    BASE_INTERNAL_URL: baseUrl,
  };
}

/** The program a Deno job runs: like the one for bun, but errors carry no `extra` and are not printed. */
export function denoWrapperCode(
  entry: string,
  main: Signature,
  preprocessor: Signature | undefined,
  entrypoint: string,
): string {
  const imported = [entrypoint, ...(preprocessor ? ["preprocessor"] : [])].join(", ");
  return `import { ${imported} } from ${JSON.stringify(`./src/${entry}.ts`)};

BigInt.prototype.toJSON = function () { return this.toString(); };

const save = (name, value) =>
  Deno.writeTextFile(name, JSON.stringify(value ?? null, (_, one) => one === undefined ? null : one));
const isStream = (value) => value != null && typeof value[Symbol.asyncIterator] === "function";

try {
  let args = JSON.parse(await Deno.readTextFile("args.json")) ?? {};
${preprocessor ? `  args = await preprocessor(${callOf(preprocessor, true)});\n  await save("preprocessed.json", args);` : ""}
  let result = await ${entrypoint}(${callOf(main, !preprocessor)});
  if (isStream(result)) {
    for await (const part of result) console.log("WM_STREAM: " + part.replace("\\n", "\\\\n"));
    result = null;
  }
  await save("result.json", result);
  Deno.exit(0);
} catch (error) {
  const { message, name, stack } = Object(error);
  const step = Deno.env.get("WM_FLOW_STEP_ID");
  await Deno.writeTextFile("result.json", JSON.stringify({ message, name, stack, ...(step ? { step_id: step } : {}) }));
  Deno.exit(1);
}
`;
}
