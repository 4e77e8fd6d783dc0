import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, posix } from "node:path";
import * as wasm from "windmill-parser-wasm-ts/windmill_parser_wasm.js";

/** A function's signature as Windmill's own parser reads it; `typ` is the parser's word, e.g. `"datetime"`. */
export type Signature = { args: { name: string; typ: unknown; has_default: boolean }[]; hasPreprocessor: boolean };

let loaded = false;

function parser(): typeof wasm {
  if (!loaded) {
    const folder = join(createRequire(import.meta.url).resolve("windmill-parser-wasm-ts/package.json"), "..");
    wasm.initSync({ module: readFileSync(join(folder, "windmill_parser_wasm_bg.wasm")) });
    loaded = true;
  }
  return wasm;
}

/**
 * The arguments of `main`, or of another function; none when there is no such function. Throws when the parser cannot
 * read the code, or a parameter of it: a rest parameter, for example.
 */
export function signatureOf(code: string, entrypoint = "main"): Signature {
  const parsed = parse(code, entrypoint);
  if (!parsed.args) throw new Error(`The signature of ${entrypoint} cannot be parsed`);
  return { args: parsed.args, hasPreprocessor: parsed.has_preprocessor === true };
}

/** True when the code exports a function `preprocessor`. */
export const hasPreprocessor = (code: string): boolean => parse(code, "preprocessor").has_preprocessor === true;

/** True for code without a `main`: other scripts import it. Code that cannot be parsed is not a library. */
export const isLibrary = (code: string): boolean => parse(code, "main").auto_kind === "lib";

type Parsed = { args?: Signature["args"]; has_preprocessor?: boolean | null; auto_kind?: string | null };

const parse = (code: string, entrypoint: string) => JSON.parse(parser().parse_deno(code, entrypoint)) as Parsed;

/** The scripts that a script imports, as workspace paths; nothing when it cannot be parsed. */
export function relativeImports(code: string, path: string): string[] {
  try {
    const fixed = parser().parse_ts_relative_imports(code, path) as string[];
    return [...new Set([...fixed, ...dynamicImports(code, path)])];
  } catch {
    return [];
  }
}

/** The packages and Node modules that a script imports, version pins included. */
export function namedImports(code: string): string[] {
  const parsed = JSON.parse(parser().parse_ts_imports(code)) as { imports?: string[] };
  return (parsed.imports ?? []).filter((one) => !one.startsWith(".") && !one.startsWith("/"));
}

/** `import("./x.ts")` with a fixed text; the parser lists only import statements. */
function dynamicImports(code: string, path: string): string[] {
  const found = code.matchAll(/\bimport\(\s*["'](\.{1,2}\/[^"']+|\/[fu]\/[^"']+)["']\s*\)/g);
  return [...found].map(([, specifier = ""]) => resolveScript(specifier, path));
}

/** The workspace path that an import in the script `from` means. */
function resolveScript(specifier: string, from: string): string {
  const base = specifier.startsWith("/") ? "/" : `/${from}/../`;
  return posix.normalize(`${base}${specifier}`).replace(/^\//, "").replace(/\.ts$/, "");
}
