import { posix } from "node:path";
import type { Files } from "../../scripts/metadata/files.ts";
import { importsOf, specifiersOf } from "../../scripts/metadata/signature.ts";
import { eachFile, F_CODE, type Rule, SCRIPT, type Violation, withoutComments } from "./rule.ts";

/** The parser takes its time, and every rule asks about the same files. */
function remembered(read: (code: string) => string[]): (code: string) => string[] {
  const known = new Map<string, string[]>();
  return (code) => {
    const found = known.get(code) ?? read(code);
    known.set(code, found);
    return found;
  };
}

const valuesOf = remembered(importsOf);
const everythingOf = remembered(specifiersOf);
const isRelative = (specifier: string) => specifier.startsWith(".");

const resolve = (file: string, specifiers: string[]): string[] =>
  specifiers.filter(isRelative).map((specifier) => posix.join(posix.dirname(file), specifier));

/** The files that a file imports, as paths in the repository; those it takes only types from included. */
export const importedFiles = (file: string, code: string): string[] => resolve(file, everythingOf(code));

/** Every file whose code runs when this file is imported, itself included. */
export function reach(file: string, files: Files): Set<string> {
  const seen = new Set<string>();
  const visit = (path: string) => {
    if (seen.has(path)) return;
    seen.add(path);
    for (const next of resolve(path, valuesOf(files.get(path) ?? ""))) visit(next);
  };
  visit(file);
  return seen;
}

const LIBRARY = /^f\/lib\/.*\.ts$/;
const BASE = /^f\/lib\/[^/]+\.ts$/;

function upward(code: string, file: string): string | undefined {
  for (const path of importedFiles(file, code)) {
    if (SCRIPT.test(path)) return `it imports the script ${path}`;
    if (BASE.test(file) && !BASE.test(path)) return `it lies below all folders of f/lib and imports ${path}`;
  }
  return undefined;
}

/** Libraries that import themselves around a corner. */
function circles(files: Files): Violation[] {
  return eachFile(LIBRARY, (code, file) => {
    const back = resolve(file, valuesOf(code)).find((path) => reach(path, files).has(file));
    return back ? `it imports ${back}, which imports it in turn` : undefined;
  })(files);
}

export const IMPORTS: Rule[] = [
  {
    says: "Code in f/ imports nothing outside f/, and every relative import ends in .ts",
    check: eachFile(/^f\/.*\.ts$/, (code, file) => {
      const outside = importedFiles(file, code).find((path) => !path.startsWith("f/"));
      const bare = everythingOf(code).find((one) => isRelative(one) && !one.endsWith(".ts"));
      if (outside) return `it imports ${outside}`;
      return bare ? `it imports "${bare}" without .ts` : undefined;
    }),
    kept: { "f/lib/a/b.ts": 'import { c } from "../c.ts";\nimport pg from "pg";\n// import x from "../../../x.ts"' },
    broken: [
      'import { x } from "../../../scripts/x.ts";',
      'import type { X } from "../../../x.ts";',
      'import { c } from "../c";',
      'export * from "./d.js";',
    ].map((line) => ({
      files: { "f/lib/a/bad.ts": line },
      reports: "f/lib/a/bad.ts",
    })),
  },
  {
    says: "Scripts import libraries and packages, never another script",
    check: eachFile(SCRIPT, (code, file) => {
      const script = importedFiles(file, code).find((path) => !path.startsWith("f/lib/"));
      return script ? `it imports ${script}` : undefined;
    }),
    kept: { "f/infra/a/get_b.ts": 'import { b } from "../../lib/b.ts";' },
    broken: ["../../infra/a/get_b.ts", "./get_b.ts"].map((specifier) => ({
      files: { "f/api/a/get_c.ts": `import { main } from "${specifier}";` },
      reports: "f/api/a/get_c.ts",
    })),
  },
  {
    says: "Libraries import downward: no script, nothing that imports them in turn, and f/lib/*.ts none of the folders",
    check: (files) => [...eachFile(LIBRARY, upward)(files), ...circles(files)],
    kept: {
      "f/lib/errors.ts": "",
      "f/lib/sql/connect.ts": 'import { E } from "../errors.ts";',
      "f/lib/shop/open.ts": 'import { connect } from "../sql/connect.ts";\nimport { close } from "./close.ts";',
      "f/lib/shop/close.ts": 'import type { Shop } from "./open.ts";',
    },
    broken: [
      { files: { "f/lib/errors.ts": 'import { a } from "./sql/connect.ts";' }, reports: "f/lib/errors.ts" },
      { files: { "f/lib/shop/x.ts": 'import { main } from "../../infra/a/get_b.ts";' }, reports: "f/lib/shop/x.ts" },
      { files: { "f/lib/sql/connect.ts": 'import { open } from "../shop/open.ts";' }, reports: "f/lib/shop/open.ts" },
    ],
  },
  {
    says: 'Code in f/ imports by statement; only a package may wait for its first use, as `await import("name")`',
    check: eachFile(F_CODE, (code) =>
      /\b(?:import|require)\s*\(/.test(withoutComments(code).replace(/\bawait import\("[^"./][^"]*"\)/g, ""))
        ? "it calls import() or require() with what the lock and the bundle do not see"
        : undefined,
    ),
    kept: { "f/lib/a.ts": '// import(name)\nimport x from "x"; const y = (await import("@y/y")).y;' },
    broken: ['await import("./x.ts")', "await import(name)", 'import("x")', 'require("x")'].map((call) => ({
      files: { "f/lib/b.ts": `const x = ${call};` },
      reports: "f/lib/b.ts",
    })),
  },
];
