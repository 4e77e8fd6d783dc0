import { parse } from "yaml";
import { signatureOf } from "../../scripts/metadata/signature.ts";
import { importedFiles } from "./imports.ts";
import { CODE, eachFile, type Rule, SCRIPT, withoutComments } from "./rule.ts";

type Trigger = { authentication_method?: string; raw_string?: boolean; script_path?: string };

const TRIGGER = /\.http_trigger\.yaml$/;
const trigger = (more: string) => `script_path: f/api/a/create_b\nroute_path: a/b\n${more}`;
const gated =
  'import { admit } from "../../lib/gate/admit.ts";\nexport async function preprocessor(event: object) {}\nexport async function main() {}';
const manifest = (version: string) =>
  JSON.stringify({ dependencies: { pg: version }, devDependencies: { bun: "1.3.10" } });
const mocking = (word: string) => `vi.${word}("node:fs");`;
const skipped = (word: string) => `it${word}("works", () => {});`;

/** Where packages come from is the business of each machine. */
const REGISTRY =
  /"resolved":|https?:\/\/(?:registry|npm|packages)\.[\w.-]+|\/\/[\w.-]+\/:_auth|\["[^"]+@[^"]+", "https?:/;

export const REPOSITORY: Rule[] = [
  {
    says: "Every http trigger says how its callers are known",
    check: eachFile(TRIGGER, (yaml) =>
      (parse(yaml) as Trigger).authentication_method ? undefined : "it has no authentication_method",
    ),
    kept: { "f/api/a/create_b.http_trigger.yaml": trigger("authentication_method: none") },
    broken: [
      { files: { "f/api/a/create_c.http_trigger.yaml": trigger("") }, reports: "f/api/a/create_c.http_trigger.yaml" },
    ],
  },
  {
    says: "A route that needs no Windmill account gets the raw body and passes a preprocessor built on f/lib/gate",
    check: eachFile(TRIGGER, (yaml, _, files) => {
      const { authentication_method, raw_string, script_path } = parse(yaml) as Trigger;
      if (authentication_method === "windmill") return undefined;
      const file = `${script_path}.ts`;
      const code = files.get(file) ?? "";
      if (raw_string !== true) return "it has no `raw_string: true`, so Windmill replaces what callers send";
      if (!signatureOf(code)?.hasPreprocessor) return `${file} has no preprocessor`;
      const built = importedFiles(file, code).some((path) => path.startsWith("f/lib/gate/"));
      return built ? undefined : `the preprocessor of ${file} does not use f/lib/gate`;
    }),
    kept: {
      "f/api/a/create_b.ts": gated,
      "f/api/a/create_b.http_trigger.yaml": trigger("authentication_method: none\nraw_string: true"),
      "f/api/a/list_b.http_trigger.yaml": trigger("authentication_method: windmill"),
    },
    broken: [
      ["authentication_method: none\nraw_string: false", gated],
      ["authentication_method: signature", gated],
      ["authentication_method: none\nraw_string: true", "export async function main() {}"],
      ["authentication_method: none\nraw_string: true", gated.replace("lib/gate", "lib/other")],
    ].map(([yaml = "", code = ""]) => ({
      files: { "f/api/a/x.http_trigger.yaml": trigger(yaml), "f/api/a/create_b.ts": code },
      reports: "f/api/a/x.http_trigger.yaml",
    })),
  },
  {
    says: "wmill.yaml includes f/lib and our service folders one by one, and nothing else",
    check: (files) => {
      const { includes = [] } = (parse(files.get("wmill.yaml") ?? "") ?? {}) as { includes?: string[] };
      const ours = [...files.keys()].flatMap((file) => file.match(/^f\/(?:infra|api)\/[^/]+(?=\/)/)?.[0] ?? []);
      const wanted = ["f/lib/**", ...new Set(ours.map((folder) => `${folder}/**`))];
      const missing = wanted.filter((one) => !includes.includes(one)).map((one) => `it does not include ${one}`);
      const extra = includes
        .filter((one) => !wanted.includes(one))
        .map((one) => `it includes ${one}, which is not ours`);
      return [...missing, ...extra].map((why) => ({ file: "wmill.yaml", why }));
    },
    kept: { "f/infra/a/get_b.ts": "", "wmill.yaml": 'includes: ["f/lib/**", "f/infra/a/**"]' },
    broken: ['["f/lib/**"]', '["f/**"]', '["f/lib/**", "f/infra/a/**", "f/infra/gone/**"]', '["f/infra/a/**"]'].map(
      (includes) => ({ files: { "wmill.yaml": `includes: ${includes}` }, reports: "wmill.yaml" }),
    ),
  },
  {
    says: "Every script has its test at the same path below tests/",
    check: eachFile(SCRIPT, (_, file, files) => {
      const test = `tests/${file.replace(/\.ts$/, ".test.ts")}`;
      return files.has(test) ? undefined : `${test} is missing`;
    }),
    kept: { "f/infra/a/get_b.ts": "", "tests/f/infra/a/get_b.test.ts": "" },
    broken: [{ files: { "f/infra/a/get_c.ts": "" }, reports: "f/infra/a/get_c.ts" }],
  },
  {
    says: "No test is skipped or runs alone",
    check: eachFile(/\.test\.ts$/, (code) =>
      /\b(?:it|test|describe)(?:\.\w+)*\.(?:skip|only|todo|fails)\b/.test(withoutComments(code))
        ? "a test is skipped, alone or still to be written"
        : undefined,
    ),
    kept: { "tests/a.test.ts": skipped("") },
    broken: [".skip", ".only", ".todo", ".each([1]).skip".replace("([1])", "")].map((word) => ({
      files: { "tests/b.test.ts": skipped(word) },
      reports: "tests/b.test.ts",
    })),
  },
  {
    says: "No test puts another module in the place of one: files share those of their worker",
    check: eachFile(/^tests\/.*\.ts$/, (code) =>
      /\bvi\.(?:do)?mock\(/i.test(withoutComments(code)) ? "it mocks a module" : undefined,
    ),
    kept: { "tests/a.test.ts": 'vi.stubEnv("WM_TOKEN", "t");' },
    broken: [mocking("mock"), mocking("doMock")].map((code) => ({
      files: { "tests/b.test.ts": code },
      reports: "tests/b.test.ts",
    })),
  },
  {
    says: "Nothing is left to be done later: no note that says so stands in the code",
    check: eachFile(CODE, (code) => (/\b(?:TO[D]O|FIX[M]E|XX[X])\b/.test(code) ? "it has such a note" : undefined)),
    kept: { "f/lib/a.ts": "// done" },
    broken: ["TO", "FIX", "XX"].map((begin, at) => ({
      files: { "scripts/b.ts": `// ${begin}${["DO", "ME", "X"][at]}: later` },
      reports: "scripts/b.ts",
    })),
  },
  {
    says: "Versions are pinned exactly, once, in package.json",
    check: eachFile(/^package\.json$/, (json) => {
      const { dependencies, devDependencies } = JSON.parse(json) as Record<string, Record<string, string>>;
      const loose = Object.entries({ ...dependencies, ...devDependencies }).find(
        ([, one]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(one),
      );
      return loose ? `${loose[0]} is not at an exact version` : undefined;
    }),
    kept: { "package.json": manifest("8.23.1") },
    broken: ["^8.23.1", "latest", "8", "github:a/b"].map((version) => ({
      files: { "package.json": manifest(version) },
      reports: "package.json",
    })),
  },
  {
    says: "No committed file names the registry that packages came from",
    check: eachFile(/^(?!tests\/).*(?:\.(?:json|lock|yaml|yml|ts|mjs|toml)|npmrc)$/, (text) =>
      REGISTRY.test(text) ? "it names a package registry; run npm with the repository's settings" : undefined,
    ),
    kept: {
      "package-lock.json": '{ "version": "1.0.0", "integrity": "sha512-x" }',
      "a.script.lock": '"pg": ["pg@8.0.0", "", {}]',
    },
    broken: [
      { files: { "package-lock.json": '{ "resolved": "x" }' }, reports: "package-lock.json" },
      { files: { ".npmrc": "registry=https://registry.example.com/" }, reports: ".npmrc" },
      {
        files: { "a.script.lock": '"pg": ["pg@8.0.0", "https://mirror.example.com/pg.tgz", {}]' },
        reports: "a.script.lock",
      },
    ],
  },
];
