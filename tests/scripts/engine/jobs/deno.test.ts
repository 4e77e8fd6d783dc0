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

/** Deploys a Deno script of this text and runs it. */
async function run(content: string, args: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
  const path = `f/test/deno_${made++}`;
  await engine.deploy(path, content, { language: "deno", ...more });
  return engine.run(path, args);
}
const lastLog = async () => {
  const [job] = await (await engine.api("/w/{w}/jobs/list?per_page=1")).json();
  return (await engine.api(`/w/{w}/jobs_u/get_logs/${job.id}`)).text();
};

describe("the real CLI", () => {
  const content = "export function main(name: string) {\n  return [name, Deno.version.deno];\n}\n";
  /** The files of a Deno script; without a lock its metadata says so and there is no file. */
  const denoFiles = (path: string, lock?: string) => {
    const { [`${path}.ts`]: code = "", [`${path}.script.yaml`]: meta = "" } = scriptFiles(path, content);
    return {
      [`${path}.deno.ts`]: code,
      [`${path}.script.yaml`]: lock ? meta : meta.replace(/^lock: .*$/m, "lock: ''"),
      ...(lock ? { [`${path}.script.lock`]: lock } : {}),
    };
  };
  const files = {
    ...folderFiles("demo"),
    ...denoFiles("f/demo/greet"),
    ...denoFiles("f/demo/locked", '{\n  "version": "5"\n}'),
  };

  it("pushes a .deno.ts file once, runs it, and pulls it back byte for byte", async () => {
    const { dir, read } = checkout(files);
    const pushed = await engine.wmill(["sync", "push", "--yes"], { cwd: dir });
    expect(pushed.code, pushed.stdout + pushed.stderr).toBe(0);
    expect((await engine.wmill(["sync", "push", "--yes"], { cwd: dir })).stdout).toContain("0 changes to apply");
    const ran = await engine.wmill(["script", "run", "f/demo/greet", "-d", '{"name":"Ada"}'], { cwd: dir });
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(ran.stdout).toMatch(/"Ada",\s+"2\./);
    const other = checkout();
    const pulled = await engine.wmill(["sync", "pull", "--yes"], { cwd: other.dir });
    expect(pulled.code, pulled.stdout + pulled.stderr).toBe(0);
    expect(other.read()).toEqual(read());
  });

  it("previews one, and gives it an empty lock", async () => {
    const { dir, read } = checkout(files);
    const shown = await engine.wmill(["script", "preview", "f/demo/greet.deno.ts", "-d", '{"name":"Bo"}'], {
      cwd: dir,
    });
    expect(shown.code, shown.stdout + shown.stderr).toBe(0);
    expect(shown.stdout).toContain("Bo");
    const written = await engine.wmill(["generate-metadata", "--yes"], { cwd: dir });
    expect(written.code, written.stdout + written.stderr).toBe(0);
    expect(read()["f/demo/greet.script.lock"] ?? "").toBe("");
    expect(read()["f/demo/greet.script.yaml"]).toContain("name:");
  });
});

describe("arguments and results", () => {
  it("follow the rules of all scripts: order, defaults, dates, nothing undefined, BigInt as text", async () => {
    const content = `export function main(b: string, at: Date, a = 1, none?: string) {
      return { b, at: at instanceof Date, a, none, n: 10n };
    }`;
    const { body } = await run(content, { at: "2026-01-02T03:04:05Z", b: "x", dropped: 1 });
    expect(body).toEqual({ b: "x", at: true, a: 1, none: null, n: "10" });
  });

  it("of a preprocessor take the place of the request", async () => {
    const content = `export function preprocessor(event: { body: { n: number } }) { return { twice: event.body.n * 2 }; }
      export function main(twice: number) { return twice; }`;
    const { body } = await run(content, { n: 4 });
    expect(body).toBe(8);
  });

  it("that are streamed become the result", async () => {
    expect((await run("export async function* main() { yield 'a'; yield 'b\\n'; }")).body).toBe("ab\n");
  });
});

describe("failures", () => {
  it("tell name, message and stack, without extra members, and are not printed", async () => {
    const { status, body } = await run(
      "export function main() { console.log('before'); throw Object.assign(new RangeError('no'), { hint: 1 }); }",
    );
    expect([status, body]).toEqual([
      422,
      { error: { name: "RangeError", message: "no", stack: expect.stringContaining("src/f/test/deno_") } },
    ]);
    const log = await lastLog();
    expect(log).toContain("tag=deno");
    expect(log).toMatch(/--- DENO CODE EXECUTION ---\s+before\s*$/);
  });

  it("before main, and of a main that is not exported, show what Deno says", async () => {
    const { status, body } = await run("function main() {}");
    expect(status).toBe(422);
    expect(body).toMatchObject({
      error: {
        name: "ExecutionErr",
        exit_code: 1,
        message: expect.stringMatching(/^exit code for "deno run": 1, last log lines:.*export named 'main'/s),
      },
    });
  });

  it("name the step in a flow", async () => {
    const content = "export function main() { throw new Error('no'); }";
    const value = {
      modules: [{ id: "a", value: { type: "rawscript", content, language: "deno", input_transforms: {} } }],
    };
    const flow = await engine.api("/w/{w}/jobs/run_wait_result/preview_flow", {
      method: "POST",
      body: JSON.stringify({ value, args: {} }),
    });
    expect(await flow.json()).toMatchObject({ error: { message: "no", step_id: "a" } });
  });

  it("by timeout end the process", async () => {
    const { body } = await run("export const main2 = 1; export function main() { for (;;); }", {}, { timeout: 1 });
    expect(body).toMatchObject({ error: { message: expect.stringContaining("terminated due to timeout") } });
  });
});

describe("the environment", () => {
  it("is Deno's on a worker, with every permission, and nothing of the engine's own", async () => {
    const { body } = await run("export function main() { return Deno.env.toObject(); }");
    expect(body).toMatchObject({
      WM_WORKSPACE: engine.workspace,
      WM_FLOW_PATH: "",
      BASE_INTERNAL_URL: engine.url,
      DENO_DIR: expect.stringContaining(engine.dataDir),
      DENO_AUTH_TOKENS: expect.stringContaining(`@${new URL(engine.url).host}`),
    });
    expect(body).not.toHaveProperty("RUN8N_ENGINE_TOKEN");
    expect(body).not.toHaveProperty("BUN_INSTALL_CACHE_DIR");
  });
});

describe("imports", () => {
  beforeAll(async () => {
    await engine.deploy("f/test/greet", 'export { word } from "./words/word.ts";', { language: "deno" });
    await engine.deploy("f/test/words/word", "export const word: string = 'Hello';");
  });

  it.each(['"./greet.ts"', '"../test/greet.ts"', '"/f/test/greet.ts"'])("%s finds a deployed script", async (from) => {
    const { body } = await run(`import { word } from ${from}; export function main() { return word; }`);
    expect(body).toBe("Hello");
  });

  it("see a new version of what they import at once", async () => {
    const content = 'import { n } from "./changing.ts"; export function main() { return n; }';
    await engine.deploy("f/test/changing", "export const n = 1;");
    expect((await run(content)).body).toBe(1);
    await engine.deploy("f/test/changing", "export const n = 2;");
    expect((await run(content)).body).toBe(2);
  });

  it("of installed packages work with npm:, of Node's modules with and without node:", async () => {
    await engine.create("variables", { path: "f/test/name", value: "Ada", is_secret: false, description: "" });
    const { body } = await run(`import * as wmill from "npm:windmill-client@1";
      import { z } from "npm:zod";
      import { sep } from "node:path";
      import { EOL } from "os";
      export async function main() {
        return [await wmill.getVariable("f/test/name"), z.string().parse("x"), sep, EOL];
      }`);
    expect(body).toEqual(["Ada", "x", "/", "\n"]);
  });

  it.each([
    ['import * as z from "zod";', 'write "npm:zod"'],
    ['import x from "npm:no-such-package-here";', "no-such-package-here"],
    ['import { z } from "npm:zod@1";', "zod"],
    ['import { x } from "./nowhere.ts";', "nowhere.ts"],
  ])("that lead nowhere fail the job and are named: %s", async (line, named) => {
    const { status, body } = await run(`${line}\nexport function main() { return 1; }`);
    expect(status).toBe(422);
    expect(body).toMatchObject({ error: { name: "ExecutionErr", message: expect.stringContaining(named) } });
  });

  it.each(["", '{"version":"5"}'])("accept the lock %j", async (lock) => {
    const content = 'import { z } from "npm:zod"; export function main() { return typeof z; }';
    expect((await run(content, {}, { lock })).body).toBe("object");
  });
});
