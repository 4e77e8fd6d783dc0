import { execFile } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTree, writeTree } from "../../../scripts/metadata/files.ts";

const repository = join(import.meta.dirname, "../../..");
const root = mkdtempSync(join(tmpdir(), "run8n-metadata-"));
const SCRIPT = "f/infra/shop/ensure_shop";
const TRIGGER = "f/infra/shop/ensure_shop.http_trigger.yaml";
const CODE = `import { open } from "../../lib/shop.ts";

/**
 * Opens a shop. Again is fine.
 * @param project Its project.
 */
export async function main(project: string) {
  return open(project);
}
`;

type Run = { exit: number; ok: boolean; problems: { file: string }[]; files: { file: string; state: string }[] };

function metadata(...flags: string[]): Promise<Run> {
  const bun = join(repository, "node_modules/.bin/bun");
  return new Promise((resolve, reject) =>
    execFile(
      bun,
      [join(root, "scripts/metadata/main.ts"), "--json", ...flags],
      { cwd: root },
      (error, stdout, stderr) =>
        stdout ? resolve({ exit: Number(error?.code ?? 0), ...JSON.parse(stdout) }) : reject(new Error(stderr)),
    ),
  );
}

beforeAll(async () => {
  const tools = readTree(repository, ["scripts/metadata", "package.json", "package-lock.json"]);
  const sources = Object.entries({
    "wmill.yaml": 'defaultTs: bun\nincludes: ["f/**"]\nnonDottedPaths: true\n',
    [`${SCRIPT}.ts`]: CODE,
    "f/lib/shop.ts":
      '/** Opens shops. */\nimport pg from "pg";\nexport const open = (name: string) => pg.escapeLiteral(name);\n',
    "templates/static/site/index.html": "<h1>Hello</h1>\n",
    [TRIGGER]: "script_path: f/infra/shop/ensure_shop\nroute_path: shops\nhttp_method: post\nsummary: S\n",
  });
  writeTree(root, new Map([...tools, ...sources]));
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  await metadata();
});
afterAll(() => rmSync(root, { recursive: true }));

describe("npm run metadata", () => {
  it("writes what follows from the sources, and then finds all of it fresh", async () => {
    for (const file of [
      `${SCRIPT}.script.yaml`,
      `${SCRIPT}.script.lock`,
      "f/lib/shop.script.yaml",
      "f/lib/shop.script.lock",
      "f/lib/sites/starters/static.ts",
      "f/lib/sites/starters/static.script.yaml",
      "f/infra/folder.meta.yaml",
      "schemas/openapi.json",
      "wmill-lock.yaml",
    ]) {
      expect(readFileSync(join(root, file), "utf8"), file).not.toBe("");
    }
    expect(readFileSync(join(root, `${SCRIPT}.script.lock`), "utf8")).toContain('"pg@');
    expect(readFileSync(join(root, "wmill-lock.yaml"), "utf8")).toContain(`  ${SCRIPT}: `);
    expect(readFileSync(join(root, TRIGGER), "utf8")).toMatch(/^summary: S\nhttp_method: post\n/);
    expect(await metadata("--check")).toMatchObject({ exit: 0, ok: true, files: [] });
  });

  it.each([
    [
      "an edited derived file",
      () => appendFileSync(join(root, `${SCRIPT}.script.yaml`), "timeout: 1\n"),
      `${SCRIPT}.script.yaml`,
    ],
    ["a missing one", () => rmSync(join(root, "f/lib/shop.script.lock")), "f/lib/shop.script.lock"],
    [
      "one without a source",
      () => writeFileSync(join(root, "f/lib/gone.script.yaml"), "summary: Gone\n"),
      "f/lib/gone.script.yaml",
    ],
    [
      "a changed signature",
      () => writeFileSync(join(root, `${SCRIPT}.ts`), CODE.replace("string)", "string | null)")),
      "wmill-lock.yaml",
    ],
    [
      "a changed template",
      () => writeFileSync(join(root, "templates/static/site/index.html"), "<h1>Bye</h1>\n"),
      "f/lib/sites/starters/static.ts",
    ],
  ])("finds %s under --check without touching it, and mends it", async (_, spoil, file) => {
    spoil();
    const spoilt = readTree(root, ["f", "schemas", "wmill-lock.yaml"]);
    const found = await metadata("--check");
    expect(found).toMatchObject({ exit: 1, ok: false });
    expect(found.files).toContainEqual(expect.objectContaining({ file, mend: "npm run metadata" }));
    expect(readTree(root, ["f", "schemas", "wmill-lock.yaml"])).toEqual(spoilt);
    expect(await metadata()).toMatchObject({
      exit: 0,
      files: expect.arrayContaining([expect.objectContaining({ file })]),
    });
    expect(readTree(root, ["f"])).not.toEqual(spoilt);
  });

  it("names the file and the argument that a person has to mend", async () => {
    writeFileSync(join(root, `${SCRIPT}.ts`), CODE.replace("@param project", "@param projcet"));
    const { exit, problems } = await metadata("--check");
    expect(exit).toBe(1);
    expect(problems).toEqual([
      { file: `${SCRIPT}.ts`, argument: "project", message: expect.stringContaining("has no @param") },
      { file: `${SCRIPT}.ts`, argument: "projcet", message: expect.stringContaining("is not an argument") },
    ]);
    writeFileSync(join(root, `${SCRIPT}.ts`), CODE);
  });
});
