import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Signature } from "../parser.ts";
import type { Bundler } from "./bundle.ts";
import { denoEnvironment, denoWrapperCode, layOutDeno } from "./deno.ts";
import type { RuntimeName } from "./languages.ts";
import { nativeWrapperCode } from "./native.ts";
import type { Sources } from "./sources.ts";
import { wrapperCode } from "./wrapper.ts";

type LayOut = {
  /** The job's folder; `args.json` and an empty `result.json` are there already. */
  dir: string;
  sources: Sources;
  main: Signature;
  preprocessor: Signature | undefined;
  entrypoint: string;
  bundler: Bundler;
  modules: string;
};

/** How one kind of script becomes a process. */
export type Runtime = {
  /** The tag of its jobs, the heading in their log, and the command in the error of one that leaves no result. */
  tag: string;
  title: string;
  called: string;
  /** Writes the program and what it imports into the job's folder; returns the command to run there. */
  layOut(what: LayOut): Promise<string[]>;
  /** The process's environment, from that of a bun job. */
  environment(bun: Record<string, string>, dataDir: string, baseUrl: string): Record<string, string>;
};

export const RUNTIMES: Record<RuntimeName, Runtime> = {
  bun: {
    tag: "bun",
    title: "BUN CODE",
    called: "bun run",
    layOut: bundled(wrapperCode),
    environment: (bun) => bun,
  },
  native: {
    tag: "nativets",
    title: "FETCH TS",
    called: "bun run",
    layOut: bundled(nativeWrapperCode),
    environment: (bun, _dataDir, baseUrl) => ({ ...bun, BASE_INTERNAL_URL: baseUrl }),
  },
  deno: {
    tag: "deno",
    title: "DENO CODE",
    called: "deno run",
    async layOut({ dir, sources, main, preprocessor, entrypoint, modules }) {
      return layOutDeno(dir, sources, denoWrapperCode(sources.entry, main, preprocessor, entrypoint), modules);
    },
    environment: denoEnvironment,
  },
};

/** One file with everything in it and a wrapper beside it, both run by the bun that runs the engine. */
function bundled(wrapper: typeof wrapperCode): Runtime["layOut"] {
  return async ({ dir, sources, main, preprocessor, entrypoint, bundler }) => {
    const bundle = await bundler.bundle(sources);
    const program = join(dir, "wrapper.mjs");
    writeFileSync(program, wrapper(main, preprocessor, entrypoint), { mode: 0o600 });
    symlinkSync(bundle, join(dir, "main.js"));
    return [process.execPath, "run", "--no-install", program];
  };
}
