import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";

const repository = join(import.meta.dirname, "../../..");
const DIRECTIVE = /^[ \t]*\/\/ @ts-expect-error (.*)\n/gm;

/** Lines of the source with a type error. */
async function errorsIn(source: string): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), "run8n-types-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "flow.ts"), source.replaceAll("../../../", `${repository}/`));
  const options = { noEmit: true, typeRoots: [join(repository, "node_modules/@types")] };
  const config = {
    extends: join(repository, "tsconfig.json"),
    compilerOptions: options,
    include: [],
    files: ["flow.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  const output = await new Promise<string>((resolve) =>
    execFile(join(repository, "node_modules/.bin/tsc"), ["-p", folder, "--pretty", "false"], (_, stdout) =>
      resolve(stdout),
    ),
  );
  const lines = [...output.matchAll(/flow\.ts\((\d+),\d+\): error/g)].map(([, line]) => Number(line));
  return [...new Set(lines)];
}

it("makes every mistake of misuse.ts a type error, and only those", async () => {
  const source = readFileSync(join(import.meta.dirname, "misuse.ts"), "utf8");
  const bare = source.replace(DIRECTIVE, "\n").split("\n");
  const mistakes = source.split("\n").flatMap((line, at) => (line.includes("@ts-expect-error") ? [at + 2] : []));
  expect(mistakes).toHaveLength(11);
  expect(await errorsIn(bare.join("\n"))).toEqual(mistakes);
});
