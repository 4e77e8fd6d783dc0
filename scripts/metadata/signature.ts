import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as wasm from "windmill-parser-wasm-ts/windmill_parser_wasm.js";

/** A type as Windmill's own parser tells it. */
export type Typ =
  | string
  | { str: string[] | null }
  | { object: { name: string | null; props?: Prop[] } }
  | { list: Typ }
  | { resource: string }
  | { oneof: { label: string; properties: Prop[] }[] };

export type Prop = { key: string; typ: Typ };

export type Argument = { name: string; typ: Typ; default: unknown; has_default: boolean };

/** What Windmill sees of a TypeScript file. A file without `main` is a library. */
export type Signature = { args: Argument[]; library: boolean; hasPreprocessor: boolean };

let loaded = false;

/** The signature of `main`, or undefined when Windmill cannot read it (a syntax error, rest parameters). */
export function signatureOf(code: string): Signature | undefined {
  load();
  const parsed = JSON.parse(wasm.parse_deno(code)) as {
    type?: "Invalid";
    args?: Argument[];
    auto_kind?: string | null;
    has_preprocessor?: boolean | null;
  };
  if (parsed.type === "Invalid") return undefined;
  return {
    args: parsed.args ?? [],
    library: parsed.auto_kind === "lib",
    hasPreprocessor: parsed.has_preprocessor === true,
  };
}

/** Everything a file imports by statement: module specifiers, imports of types included. */
export function specifiersOf(code: string): string[] {
  load();
  return (JSON.parse(wasm.parse_ts_imports(code)) as { imports?: string[] }).imports ?? [];
}

/**
 * Module specifiers whose code the bundle needs. Imports of types alone vanish when it is built; those that wait for their
 * first use (`await import("x")`) are in it, and Windmill's parser does not tell them.
 */
export const importsOf = (code: string): string[] => [
  ...specifiersOf(code.replace(/^\s*(?:import|export)\s+type\b[^;]*?\bfrom\s*(["'])[^"']+\1;?/gm, "")),
  ...Array.from(code.matchAll(/\bawait import\("([^"]+)"\)/g), ([, specifier]) => specifier as string),
];

function load(): void {
  if (loaded) return;
  const file = createRequire(import.meta.url).resolve("windmill-parser-wasm-ts/windmill_parser_wasm_bg.wasm");
  wasm.initSync({ module: readFileSync(file) });
  loaded = true;
}
