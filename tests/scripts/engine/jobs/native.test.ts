import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkout, folderFiles, removeCheckouts, scriptFiles } from "../../../support/checkout.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

let engine: TestEngine;
let made = 0;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(async () => {
  removeCheckouts();
  await engine.stop();
});

/** Deploys a script of this text under a `//native` line and runs it. */
async function run(content: string, args: Record<string, unknown> = {}) {
  const path = `f/test/native_${made++}`;
  await engine.deploy(path, `//native\n${content}`);
  return engine.run(path, args);
}
const languageAt = async (path: string) =>
  (await (await engine.api(`/w/{w}/scripts/get/p/${path}`)).json()).language as string;

describe("a script is native", () => {
  it.each([
    ["//native\n", "bunnative"],
    ["// native\n", "bunnative"],
    ["// what it does\n//nobundling native\n", "bunnative"],
    ["// not a native script\n", "bun"],
    ["\n//native\n", "bun"],
    ["import './x.ts';\n//native\n", "bun"],
  ])("when its first comments say so: %j is %s", async (top, language) => {
    const path = `f/test/native_${made++}`;
    await engine.deploy(path, `${top}export function main() {}`);
    expect(await languageAt(path)).toBe(language);
  });

  it("in a preview and in a step of a flow, too", async () => {
    const content = "// native\nexport function main() { return typeof Buffer; }";
    const preview = await engine.api("/w/{w}/jobs/run_wait_result/preview", {
      method: "POST",
      body: JSON.stringify({ content, language: "bun", args: {} }),
    });
    expect(await preview.json()).toBe("undefined");
    const value = {
      modules: [{ id: "a", value: { type: "rawscript", content, language: "bun", input_transforms: {} } }],
    };
    const flow = await engine.api("/w/{w}/jobs/run_wait_result/preview_flow", {
      method: "POST",
      body: JSON.stringify({ value, args: {} }),
    });
    expect(await flow.json()).toBe("undefined");
  });

  it("for the real CLI, which pushes and pulls it as ordinary TypeScript", async () => {
    const content = "//native\nexport function main(name: string) {\n  return name + typeof Buffer;\n}\n";
    const files = { ...folderFiles("demo"), ...scriptFiles("f/demo/light", content) };
    const { dir, read } = checkout(files);
    const pushed = await engine.wmill(["sync", "push", "--yes"], { cwd: dir });
    expect(pushed.code, pushed.stdout + pushed.stderr).toBe(0);
    expect(await languageAt("f/demo/light")).toBe("bunnative");
    expect((await engine.wmill(["sync", "push", "--yes"], { cwd: dir })).stdout).toContain("0 changes to apply");
    expect((await engine.run("f/demo/light", { name: "Ada " })).body).toBe("Ada undefined");
    const other = checkout();
    const pulled = await engine.wmill(["sync", "pull", "--yes"], { cwd: other.dir });
    expect(pulled.code, pulled.stdout + pulled.stderr).toBe(0);
    expect(other.read()).toMatchObject({ "f/demo/light.ts": read()["f/demo/light.ts"] });
  });
});

describe("a native script has", () => {
  it("fetch and the web's interfaces", async () => {
    const { body } = await run(
      `export async function main(url: string) {
        const answer = await fetch(url);
        const bytes = new TextEncoder().encode("a");
        const hash = await crypto.subtle.digest("SHA-256", bytes);
        return [answer.status, hash.byteLength, typeof URLPattern, typeof CompressionStream, atob("YQ==")];
      }`,
      { url: `${engine.url}/api/version` },
    );
    expect(body).toEqual([200, 32, "function", "function", "a"]);
  });

  it("windmill-client", async () => {
    await engine.create("variables", { path: "f/test/name", value: "Ada", is_secret: false, description: "" });
    const { body } = await run(
      'import { getVariable } from "windmill-client"; export async function main() { return getVariable("f/test/name"); }',
    );
    expect(body).toBe("Ada");
  });

  it("of the process its Windmill variables only, with both addresses of the server", async () => {
    const { body } = await run("export function main() { return [Object.keys(process), process.env]; }");
    expect(body).toMatchObject([
      ["env"],
      { BASE_URL: engine.url, BASE_INTERNAL_URL: engine.url, WM_WORKSPACE: engine.workspace, WM_FLOW_PATH: "" },
    ]);
    expect((body as [unknown, object])[1]).not.toHaveProperty("PATH");
  });

  it("relative imports", async () => {
    await engine.deploy("f/test/greet", "export const greet = (name: string) => 'Hello ' + name;");
    const { body } = await run('import { greet } from "./greet"; export function main() { return greet("Ada"); }');
    expect(body).toBe("Hello Ada");
  });
});

describe("a native script has no", () => {
  it.each(["Bun", "Buffer", "global", "setImmediate", "WebSocket", "Worker", "HTMLRewriter", "navigator"])(
    "%s",
    async (name) => {
      const { body } = await run(
        `export function main() { return [typeof ${name}, typeof (globalThis as any)["${name}"]]; }`,
      );
      expect(body).toEqual(["undefined", name === "Bun" ? expect.any(String) : "undefined"]);
    },
  );

  it.each([
    ["import { readFileSync } from 'node:fs'; export function main() { return typeof readFileSync; }", "node:fs"],
    ["import path from 'path'; export function main() { return path.sep; }", "path"],
    ["import { Database } from 'bun:sqlite'; export function main() { return typeof Database; }", "bun:sqlite"],
    ["export async function main() { return (await import('node:os')).hostname(); }", "node:os"],
    ["export function main() { return require('crypto').randomUUID(); }", "crypto"],
  ])("modules of Node or Bun: %s", async (content, module) => {
    const { status, body } = await run(content);
    expect(status).toBe(422);
    const message = expect.stringMatching(
      new RegExp(`f/test/native_\\d+\\.ts imports ${module}, which a //native script does not have`),
    );
    expect(body).toMatchObject({ error: { name: "ExecutionErr", message } });
  });

  it("packages that need them", async () => {
    const { body } = await run("import pg from 'pg'; export function main() { return typeof pg; }");
    expect(body).toMatchObject({
      error: { message: expect.stringMatching(/pg[\w/.-]* imports [\w:/]+, which a \/\/native script does not have/) },
    });
  });
});

describe("values of a native script", () => {
  it("are taken and given as they are", async () => {
    const content = `export function main(at: Date, missing = 1, big = false) {
      return { at: typeof at, missing, left: undefined, ...(big ? { n: 1n } : {}) };
    }`;
    expect((await run(content, { at: "2026-01-02T03:04:05Z" })).body).toEqual({ at: "string", missing: null });
    expect(await run(content, { big: true })).toMatchObject({ status: 422, body: { error: { name: "TypeError" } } });
  });

  it("that are thrown tell name, message and stack, and no more", async () => {
    const { status, body } = await run(
      "export function main() { throw Object.assign(new RangeError('no'), { hint: 'left out' }); }",
    );
    expect([status, body]).toEqual([
      422,
      { error: { name: "RangeError", message: "no", stack: expect.stringContaining("main") } },
    ]);
  });

  it("that are streamed become the result", async () => {
    const { body } = await run("export async function* main() { yield 'a\\nb\\n'; yield 'c'; }");
    expect(body).toBe("a\nb\nc");
  });
});
