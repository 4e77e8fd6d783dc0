import { isBuiltin } from "node:module";
import type { Signature } from "../parser.ts";
import { NATIVE_GLOBALS } from "./native_globals.ts";
import { argumentOf } from "./wrapper.ts";

/** Names that exist in bun's modules only; the bundler puts `undefined` in their place. */
export const NATIVE_DEFINES = { Bun: "undefined", "globalThis.Bun": "undefined", "import.meta.require": "undefined" };

/**
 * Refuses Node's and Bun's modules in a `//native` script and in every package it imports. windmill-client is let
 * through: it loads Node's modules only in functions that ask whether they are there.
 */
export const nativeImports: Bun.BunPlugin = {
  name: "native-imports",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, importer }) => {
      if (!isBuiltin(path) && !path.startsWith("bun:")) return undefined;
      if (importer.includes("/node_modules/windmill-client/")) return { path, external: true };
      const where =
        /-\w{6}\/src\/(?:.*node_modules\/)?(.*)$/.exec(importer)?.[1] ?? importer.split("/node_modules/").at(-1);
      throw new Error(
        `${where} imports ${path}, which a //native script does not have: it gets fetch and the web's own interfaces, no modules of Node or Bun. Without its //native line it runs on bun.`,
      );
    });
  },
};

/**
 * The program a `//native` job runs. As in Windmill's own V8 there is no preparation of values: a parameter declared as
 * Date stays a text, a missing argument is null, members that are undefined are left out of the result, a BigInt in it
 * is an error, and errors carry no `extra`.
 */
export function nativeWrapperCode(main: Signature, preprocessor: Signature | undefined, entrypoint: string): string {
  const called = (name: string, { args }: Signature) =>
    `await Main.${name}(${args.map((arg) => `${argumentOf(arg)} ?? null`).join(", ")})`;
  return `const { file, write } = Bun;
const outer = process;
const kept = new Set(${JSON.stringify(NATIVE_GLOBALS)});
for (const name of Object.getOwnPropertyNames(globalThis)) if (!kept.has(name)) Reflect.deleteProperty(globalThis, name);
globalThis.process = { env: Object.fromEntries(Object.entries(outer.env).filter(([name]) => /^(WM|BASE)_/.test(name))) };

const save = (name, value) => write(name, JSON.stringify(value ?? null));
const isStream = (value) => value !== null && typeof value === "object" && typeof value[Symbol.asyncIterator] === "function";

try {
  let args = (await file("args.json").json()) ?? {};
  const Main = await import("./main.js");
${preprocessor ? `  args = ${called("preprocessor", preprocessor)};\n  await save("preprocessed.json", args);` : ""}
  let result = ${called(entrypoint, main)};
  if (isStream(result)) {
    for await (const part of result) console.log("WM_STREAM: " + part.replace(/\\n/g, "\\\\n"));
    result = null;
  }
  await save("result.json", result);
  outer.exit(0);
} catch (error) {
  const { message, name, stack } = Object(error);
  await save("result.json", { message, name, stack });
  outer.exit(1);
}
`;
}
