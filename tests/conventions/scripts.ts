import type { Files } from "../../scripts/metadata/files.ts";
import { type Signature, signatureOf } from "../../scripts/metadata/signature.ts";
import { importedFiles, reach } from "./imports.ts";
import { eachFile, F_CODE, type Rule, SCRIPT, withoutComments } from "./rule.ts";

const MUTATING =
  /\/(ensure|create|update|delete|drop|apply|deploy|rollback|restore|publish|reconcile|sync|invite|accept|sign_out)_[^/]*\.ts$/;
const INFRA = /^f\/infra\/(?!.*__flow\/).*\.ts$/;
const API = /^f\/api\/(?!.*__flow\/).*\.ts$/;
const RESOURCES = "f/lib/resources.ts";
const RESPOND = "f/lib/respond.ts";
const OPERATE = "f/lib/operations/operate.ts";

const isResource = (arg: Signature["args"][number]) => typeof arg.typ === "object" && "resource" in arg.typ;

/** The names under which Windmill knows the connections of `f/lib/resources.ts`: `SiteHost` is `site_host`. */
function resourceTypes(files: Files): Set<string> {
  const found = (files.get(RESOURCES) ?? "").matchAll(/^export type (\w+) = \w+Value \| ResourcePath;/gm);
  return new Set([...found].map(([, name = ""]) => name.replace(/(?!^)[A-Z]/g, "_$&").toLowerCase()));
}

function resourceProblem(code: string, files: Files): string | undefined {
  const args = signatureOf(code)?.args ?? [];
  const first = args.findIndex(isResource);
  const known = resourceTypes(files);
  for (const arg of first < 0 ? [] : args.slice(first)) {
    if (!isResource(arg)) return `"${arg.name}" stands behind a resource; resources come last`;
    const type = (arg.typ as { resource: string }).resource;
    if (!known.has(type))
      return `"${arg.name}" is of type ${type}, which ${RESOURCES} does not have; write objects inline`;
    if (!/^\$res:f\/infra\/\w+$/.test(String(arg.default))) return `"${arg.name}" has no default "$res:f/infra/..."`;
  }
  return undefined;
}

/** Whether main hands its work to a function of a file that ends in `respond()`. */
function responds(code: string, file: string, files: Files): boolean {
  const body = withoutComments(code).split(/export\s+async\s+function\s+main\b/)[1] ?? "";
  const imports = withoutComments(code).matchAll(/import\s*\{([^}]*)\}\s*from\s*["']([^"']+)["']/g);
  return [...imports].some(([, names = "", from = ""]) => {
    const [path = ""] = importedFiles(file, `import "${from}";`);
    const called = names
      .split(",")
      .some((name) => new RegExp(`return\\s+(await\\s+)?${name.trim()}\\s*\\(`).test(body));
    return called && reach(path, files).has(RESPOND);
  });
}

const main = (args = "", body = "") => `export async function main(${args}) {${body}}\n`;
const DB = 'db: Postgresql = "$res:f/infra/postgres"';
const base = { [RESOURCES]: "export type Postgresql = PostgresqlValue | ResourcePath;", [RESPOND]: "", [OPERATE]: "" };

export const SCRIPTS: Rule[] = [
  {
    says: "A script exports `async function main` with named parameters, as Windmill's own parser sees it",
    check: eachFile(SCRIPT, (code) => {
      const signature = signatureOf(code);
      if (!signature) return "Windmill cannot parse it";
      if (signature.library || !/^export async function main\(/m.test(code))
        return "it has no `export async function main`";
      const anonymous = signature.args.find((arg) => /^anon\d+$/.test(arg.name));
      return anonymous ? "a parameter is a pattern; Windmill passes arguments by name" : undefined;
    }),
    kept: { "f/infra/a/get_b.ts": main("project: string, options: { deep: boolean } = { deep: true }") },
    broken: [
      "export const main = async () => {};",
      "export function main() {}",
      main("{ a }: { a: string }"),
      main("...rest: string[]"),
      "(",
    ].map((code) => ({ files: { "f/infra/a/get_b.ts": code }, reports: "f/infra/a/get_b.ts" })),
  },
  {
    says: 'In f/infra, connections are the last arguments and have a default "$res:f/infra/..."',
    check: eachFile(INFRA, (code, _, files) => resourceProblem(code, files)),
    kept: { ...base, "f/infra/a/get_b.ts": main(`project: string, limit = 3, ${DB}`) },
    broken: [
      `${DB}, project = ""`,
      "db: Postgresql",
      'db: Postgresql = "$res:u/me/db"',
      'x: Mysql = "$res:f/infra/x"',
      "map: Record<string, string> = {}",
    ].map((args) => ({ files: { "f/infra/a/get_b.ts": main(args) }, reports: "f/infra/a/get_b.ts" })),
  },
  {
    says: "In f/api, main takes no connection and answers through respond()",
    check: eachFile(API, (code, file, files) => {
      if (signatureOf(code)?.args.some(isResource)) return "a caller could choose the connection";
      return responds(code, file, files) ? undefined : "main does not return what respond() answers";
    }),
    kept: {
      ...base,
      "f/lib/gate/answer.ts": 'import { respond } from "../respond.ts";',
      "f/api/a/create_b.ts": `import { respond } from "../../lib/respond.ts";\n${main("", "\n  return respond(work);\n")}`,
      "f/api/a/create_c.ts": `import { answer } from "../../lib/gate/answer.ts";\n${main("", "\n  return answer(work);\n")}`,
    },
    broken: [
      main("", "\n  return {};\n"),
      `import { respond } from "../../lib/respond.ts";\n${main("", "\n  return {};\n")}`,
      `import { respond } from "../../lib/respond.ts";\n${main(DB, "\n  return respond(work);\n")}`,
    ].map((code) => ({ files: { "f/api/a/create_d.ts": code }, reports: "f/api/a/create_d.ts" })),
  },
  {
    says: "A verb of f/infra that changes something takes the project's lease and leaves an audit row: it reaches operate()",
    check: eachFile(INFRA, (_, file, files) =>
      MUTATING.test(file) && !reach(file, files).has(OPERATE) ? `nothing it imports uses ${OPERATE}` : undefined,
    ),
    kept: {
      ...base,
      "f/lib/shop/open.ts": 'import { operate } from "../operations/operate.ts";',
      "f/infra/shop/ensure_shop.ts": `import { open } from "../../lib/shop/open.ts";\n${main()}`,
      "f/infra/shop/list_shops.ts": main(),
    },
    broken: [{ files: { "f/infra/shop/delete_shop.ts": main() }, reports: "f/infra/shop/delete_shop.ts" }],
  },
  {
    says: "A script has no catch: libraries translate errors, once",
    check: eachFile(SCRIPT, (code) => (/\bcatch\b/.test(withoutComments(code)) ? "it catches" : undefined)),
    kept: { "f/infra/a/get_b.ts": `// no catch\n${main("", " try { a(); } finally { b(); } ")}` },
    broken: ["try { a(); } catch {}", "return a().catch(() => 0);"].map((body) => ({
      files: { "f/infra/a/get_b.ts": main("", body) },
      reports: "f/infra/a/get_b.ts",
    })),
  },
  {
    says: "Code in f/ throws only the typed errors of f/lib/errors.ts",
    check: eachFile(F_CODE, (code) =>
      /\bthrow\s+(?:new\s+)?(?:Error|TypeError|RangeError)\b|\bthrow\s+["'`{]/.test(withoutComments(code))
        ? "it throws something that tells a caller neither code nor hint"
        : undefined,
    ),
    kept: { "f/lib/a.ts": 'throw new InvalidInputError("no", { hint: "Do not." });\n// throw new Error("x")' },
    broken: ['throw new Error("no");', "throw new TypeError(x);", 'throw "no";', "throw { code: 1 };"].map((code) => ({
      files: { "f/lib/b.ts": code },
      reports: "f/lib/b.ts",
    })),
  },
  {
    says: "Only f/lib/windmill reads the environment",
    check: eachFile(/^f\/(?!lib\/windmill\/).*\.ts$/, (code) =>
      /\bprocess\.env\b|\bBun\b|\bDeno\b/.test(withoutComments(code)) ? "it reads process.env, Bun or Deno" : undefined,
    ),
    kept: { "f/lib/windmill/job.ts": "process.env.WM_JOB_ID;", "f/lib/a.ts": "// process.env" },
    broken: ["process.env.HOME;", 'Bun.file("x");'].map((code) => ({
      files: { "f/lib/a.ts": code },
      reports: "f/lib/a.ts",
    })),
  },
];
