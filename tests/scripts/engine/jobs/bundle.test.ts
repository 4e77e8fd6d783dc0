import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import packageJson from "../../../../package.json";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

const folder = mkdtempSync(join(tmpdir(), "run8n-bundles-"));
let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine({ bundles: folder });
});
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true });
});

const deployAndRun = async (path: string, content: string, more: Record<string, unknown> = {}) => {
  await engine.deploy(path, content, more);
  return engine.run(path);
};
const bundles = () => readdirSync(folder);
const lockOf = (dependencies: Record<string, string>) =>
  `${JSON.stringify({ dependencies }, null, 2)}\n//bun.lock\n{ "lockfileVersion": 1, "workspaces": {}, "packages": {} }`;

describe("an import", () => {
  it.each([
    ["beside it", "./lib.ts"],
    ["beside it, without an extension", "./lib"],
    ["in another folder", "../other/lib.ts"],
    ["from the root of the workspace", "/f/other/lib.ts"],
    ["from the root, without an extension", "/f/other/lib"],
  ])("of a script %s", async (_, specifier) => {
    await engine.deploy("f/test/lib", "export const name = 'lib';");
    await engine.deploy("f/other/lib", "import { own } from './own.ts'; export const name = own;");
    await engine.deploy("f/other/own", "export const own = 'lib';");
    const content = `import { name } from "${specifier}"; export function main() { return name; }`;
    expect(await deployAndRun("f/test/importer", content)).toEqual({ status: 200, body: "lib" });
  });

  it("that happens while the script runs", async () => {
    await engine.deploy("f/test/late", "export const late = 'late';");
    const content = `export async function main() { return (await import("./late.ts")).late; }`;
    expect((await deployAndRun("f/test/dynamic", content)).body).toBe("late");
  });

  it("of a package, of a part of it, with a version pin, and of Node's own", async () => {
    const content = `import { z } from "zod@${packageJson.dependencies.zod}";
      import pg from "pg"; import Client from "ssh2@${packageJson.dependencies.ssh2}/lib/client.js"; import { join } from "node:path"; import tar from "tar-stream";
      export function main() { return [z.string().parse("z"), typeof pg.Client, typeof Client, join("a", "b"), typeof tar.pack]; }`;
    expect((await deployAndRun("f/test/packages", content)).body).toEqual([
      "z",
      "function",
      "function",
      "a/b",
      "function",
    ]);
  });

  it("of a script that is not there fails the job and names it", async () => {
    const { status, body } = await deployAndRun("f/test/broken", `import "./missing.ts"; export function main() {}`);
    expect(status).toBe(422);
    expect(body).toMatchObject({ error: { name: "ExecutionErr", message: expect.stringContaining("./missing.ts") } });
  });

  it("from a preview whose path leads out of the workspace is refused", async () => {
    const body = JSON.stringify({ content: "export function main() {}", path: "f/a/../../../../tmp/x", args: {} });
    const answer = await engine.api("/w/{w}/jobs/run_wait_result/preview", { method: "POST", body });
    expect((await answer.json()).error.message).toContain("leads out of the workspace");
  });

  it("of a package that is not installed fails the job and names it", async () => {
    const { body } = await deployAndRun("f/test/unknown", `import "no-such-package"; export function main() {}`);
    expect(body).toMatchObject({ error: { message: expect.stringContaining("no-such-package") } });
  });

  it("follows a new version of the script at once, without a change of the importer", async () => {
    await engine.deploy("f/test/changes", "export const value = 1;");
    const content = `import { value } from "./changes.ts"; export function main() { return value; }`;
    expect((await deployAndRun("f/test/watcher", content)).body).toBe(1);
    await engine.deploy("f/test/changes", "export const value = 2;");
    expect((await engine.run("f/test/watcher")).body).toBe(2);
  });
});

describe("a bundle", () => {
  it("is made once for equal content, also over versions", async () => {
    const content = "export function main() { return 'once'; }";
    await deployAndRun("f/test/once", content);
    const made = bundles();
    await Promise.all([1, 2, 3].map(() => engine.run("f/test/once")));
    await engine.deploy("f/test/once", content, { description: "said otherwise" });
    expect((await engine.run("f/test/once")).body).toBe("once");
    expect(bundles()).toEqual(made);
  });

  it("is made once by engines that share a folder, also when both need it at the same time", async () => {
    const other = await startEngine({ bundles: folder });
    onTestFinished(() => other.stop());
    const content = "export function main() { return 'shared'; }";
    const before = bundles().length;
    const answers = await Promise.all(
      [engine, other].map(async (one) => {
        await one.deploy("f/test/shared", content);
        return one.run("f/test/shared");
      }),
    );
    expect(answers.map(({ body }) => body)).toEqual(["shared", "shared"]);
    expect(bundles()).toHaveLength(before + 1);
  });

  it("leaves out of its beginning what the script imports when it needs it", async () => {
    const before = new Set(bundles());
    await deployAndRun("f/test/lazy", `export const main = async () => typeof (await import("ssh2")).default.Client;`);
    const [made = ""] = bundles().filter((name) => !before.has(name));
    expect(statSync(join(folder, made, "main.js")).size).toBeLessThan(10_000);
  });

  it("that no job used for a week is removed when an engine starts", async () => {
    const aged = (name: string, days: number) => {
      const then = new Date(Date.now() - days * 24 * 60 * 60 * 1000);
      mkdirSync(join(folder, name));
      utimesSync(join(folder, name), then, then);
    };
    aged("unused", 8);
    aged("in-use", 6);
    const other = await startEngine({ bundles: folder });
    onTestFinished(() => other.stop());
    expect(bundles()).toContain("in-use");
    expect(bundles()).not.toContain("unused");
  });
});

describe("a lock", () => {
  const content = `import * as z from "zod"; export function main() { return typeof z; }`;

  it("that pins what is installed is fine", async () => {
    const lock = lockOf({ zod: packageJson.dependencies.zod });
    expect((await deployAndRun("f/test/locked", content, { lock })).body).toBe("object");
  });

  it("that pins another version fails the job and names both", async () => {
    const { status, body } = await deployAndRun("f/test/stale", content, { lock: lockOf({ zod: "3.0.0" }) });
    expect(status).toBe(422);
    const { message } = (body as { error: { message: string } }).error;
    expect(message).toContain("pins zod@3.0.0");
    expect(message).toContain(`zod@${packageJson.dependencies.zod} is installed`);
  });

  it("that lacks what the script imports is not noticed, other than on Windmill", async () => {
    expect((await deployAndRun("f/test/lacks", content, { lock: lockOf({}) })).body).toBe("object");
  });

  it("that is no lock fails the job as on Windmill", async () => {
    const { body } = await deployAndRun("f/test/garbled", content, { lock: "garbled" });
    expect(body).toMatchObject({
      error: { message: expect.stringContaining("expected to find //bun.lock split pattern") },
    });
  });
});
