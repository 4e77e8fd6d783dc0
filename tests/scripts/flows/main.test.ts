import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTree, writeTree } from "../../../scripts/metadata/files.ts";

const repository = join(import.meta.dirname, "../../..");
const root = mkdtempSync(join(tmpdir(), "run8n-flows-"));
const SOURCE = "flows/infra/shop/apply_shop.ts";
const FLOW = "f/infra/shop/apply_shop__flow/flow.yaml";
const CODE = `import { defineFlow } from "../../../scripts/flows/define.ts";

export default defineFlow(
  { summary: "S", description: "D", input: { name: { type: "string", description: "N" } } },
  ({ input, step }) => void step("shop", "f/infra/shop/ensure_shop", { project: input.name }),
);
`;

type Run = { exit: number; ok: boolean; problems: { message: string }[]; files: { file: string; state: string }[] };

function run(program: string, ...args: string[]): Promise<{ exit: number; stdout: string; stderr: string }> {
  const env = { PATH: process.env.PATH, HOME: root, WMILL_CONFIG_DIR: root };
  return new Promise((resolve) =>
    execFile(join(repository, "node_modules/.bin", program), args, { cwd: root, env }, (error, stdout, stderr) =>
      resolve({ exit: Number(error?.code ?? 0), stdout, stderr }),
    ),
  );
}

async function flows(...flags: string[]): Promise<Run> {
  const { exit, stdout, stderr } = await run("bun", "scripts/flows/main.ts", "--json", ...flags);
  if (!stdout) throw new Error(stderr);
  return { exit, ...JSON.parse(stdout) };
}

beforeAll(async () => {
  const tools = readTree(repository, ["scripts/flows", "scripts/metadata"]);
  const sources = Object.entries({
    "wmill.yaml": 'defaultTs: bun\nincludes: ["f/**"]\nnonDottedPaths: true\n',
    "f/infra/shop/ensure_shop.ts": "export async function main(project: string) {}\n",
    [SOURCE]: CODE,
  });
  writeTree(root, new Map([...tools, ...sources]));
  symlinkSync(join(repository, "node_modules"), join(root, "node_modules"));
  await flows();
});
afterAll(() => rmSync(root, { recursive: true }));

describe("npm run flows", () => {
  it("compiles a source to the YAML that wmill accepts, and then finds it fresh", async () => {
    expect(readFileSync(join(root, FLOW), "utf8")).toContain("expr: flow_input.name");
    expect(readFileSync(join(root, "scripts/flows/signatures.ts"), "utf8")).toContain('"f/infra/shop/ensure_shop"');
    const lint = JSON.parse((await run("wmill", "lint", "--json")).stdout);
    expect(lint).toMatchObject({ validFiles: 1, invalidFiles: 0, issues: [] });
    expect(await flows("--check")).toMatchObject({ exit: 0, ok: true, files: [] });
  });

  it.each([
    ["an edited flow", () => writeFileSync(join(root, FLOW), "summary: Mine\n"), FLOW, "stale"],
    ["a changed source", () => writeFileSync(join(root, SOURCE), CODE.replace('"S"', '"T"')), FLOW, "stale"],
    ["a missing flow", () => rmSync(join(root, FLOW)), FLOW, "missing"],
    [
      "a flow without a source",
      () => writeTree(root, new Map([["f/a/b/c__flow/flow.yaml", ""]])),
      "f/a/b/c__flow/flow.yaml",
      "orphaned",
    ],
    [
      "a script with other parameters",
      () =>
        writeFileSync(
          join(root, "f/infra/shop/ensure_shop.ts"),
          "export async function main(project: string, kind = 1) {}",
        ),
      "scripts/flows/signatures.ts",
      "stale",
    ],
  ])("finds %s under --check, and mends it", async (_, spoil, file, state) => {
    spoil();
    expect(await flows("--check")).toMatchObject({ exit: 1, files: [{ file, state, mend: "npm run flows" }] });
    expect(await flows()).toMatchObject({ exit: 0, files: [{ file, state }] });
    expect(await flows("--check")).toMatchObject({ exit: 0, files: [] });
  });

  it("names a step whose script does not exist", async () => {
    writeFileSync(join(root, SOURCE), CODE.replace("ensure_shop", "ensure_shpo"));
    const { exit, problems } = await flows("--check");
    expect(exit).toBe(1);
    expect(problems).toMatchObject([{ file: SOURCE, message: expect.stringContaining("f/infra/shop/ensure_shpo") }]);
    writeFileSync(join(root, SOURCE), CODE);
  });
});
