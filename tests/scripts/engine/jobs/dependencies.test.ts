import { afterAll, beforeAll, describe, expect, it } from "vitest";
import packageJson from "../../../../package.json";
import { checkout, folderFiles, removeCheckouts } from "../../../support/checkout.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(async () => {
  removeCheckouts();
  await engine.stop();
});

const { zod } = packageJson.dependencies;

describe("wmill generate-metadata", () => {
  it("writes schemas and locks, with the packages of imported scripts and of inline steps", async () => {
    const { dir, read } = checkout({
      ...folderFiles("demo"),
      "f/demo/lib.ts": `import * as z from "zod"; export const name = z.string();\n`,
      "f/demo/uses.ts": `import { name } from "./lib.ts"; export function main(who: string, often = 2) { return name.parse(who).repeat(often); }\n`,
      "f/demo/plain.ts": "export function main() {}\n",
      "f/demo/steps__flow/flow.yaml": `summary: ''
description: ''
value:
  modules:
    - id: a
      value:
        type: rawscript
        content: '!inline a.ts'
        input_transforms: {}
        language: bun
schema:
  type: object
`,
      "f/demo/steps__flow/a.ts": `import * as z from "zod"; export function main() { return typeof z; }\n`,
    });
    const { code, stdout, stderr } = await engine.wmill(["generate-metadata", "--yes"], { cwd: dir });
    expect(code, stdout + stderr).toBe(0);
    const files = read();
    expect(files["f/demo/plain.script.lock"]).toBe('{\n  "dependencies": {}\n}\n//bun.lock\n<empty>');
    for (const lock of ["f/demo/lib.script.lock", "f/demo/uses.script.lock", "f/demo/steps__flow/a.lock"]) {
      expect(files[lock], lock).toMatch(`"zod": "${zod}"`);
      expect(files[lock], lock).toContain('//bun.lock\n{\n  "lockfileVersion": 1');
    }
    expect(files["f/demo/uses.script.yaml"]).toMatch(/often:[\s\S]*default: 2[\s\S]*who:/);

    expect((await engine.wmill(["sync", "push", "--yes"], { cwd: dir })).code).toBe(0);
    expect((await engine.run("f/demo/uses", { who: "a" })).body).toBe("aa");
    expect((await engine.wmill(["sync", "push", "--yes"], { cwd: dir })).stdout).toContain("0 changes to apply");
  });

  it("says which package it cannot lock", async () => {
    const { dir } = checkout({
      ...folderFiles("demo"),
      "f/demo/odd.ts": `import "no-such-package"; export function main() {}\n`,
    });
    const { stdout, stderr } = await engine.wmill(["generate-metadata", "--yes"], { cwd: dir });
    expect(stdout + stderr).toContain("no-such-package");
  });
});
