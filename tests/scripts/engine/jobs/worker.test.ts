import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

let made = 0;
/** Deploys a script of this text and runs it. */
async function run(content: string, args: Record<string, unknown> = {}, more: Record<string, unknown> = {}) {
  const path = `f/test/script_${made++}`;
  await engine.deploy(path, content, more);
  return engine.run(path, args);
}

describe("arguments", () => {
  it("come in the order of the signature, without those that it does not name", async () => {
    const content = "export async function main(b: string, a: number) { return [b, a]; }";
    expect(await run(content, { a: 1, b: "x", c: "dropped" })).toEqual({ status: 200, body: ["x", 1] });
  });

  it("of a signature that Windmill cannot read fail the job", async () => {
    const { body } = await run("export function main(...all: unknown[]) { return all; }");
    expect(body).toMatchObject({ error: { message: expect.stringContaining("signature of main cannot be parsed") } });
  });

  it("that are missing take their default, and null does not", async () => {
    const content =
      "export function main(a = 1, b: number | null = 2, c?: number) { return { a, b, c: c === undefined }; }";
    expect((await run(content, { b: null })).body).toEqual({ a: 1, b: null, c: true });
  });

  it("become a Date when declared as one, at the top level only", async () => {
    const content = `export function main(at: Date, none: Date, inside: { at: Date }) {
      return [at instanceof Date, none === undefined, typeof inside.at];
    }`;
    const at = "2026-01-02T03:04:05Z";
    expect((await run(content, { at, inside: { at } })).body).toEqual([true, true, "string"]);
  });

  it("are filled in before the script sees them", async () => {
    await engine.create("variables", { path: "f/test/name", value: "Ada", is_secret: true, description: "" });
    await engine.create("resources", {
      path: "f/test/db",
      value: { host: "h", user: "$var:f/test/name" },
      resource_type: "postgresql",
    });
    const content = "export const main = 1; export { run as main2 }; function run() {}";
    expect((await run(content)).status).toBe(422);
    const echo = "export function main(a: unknown, db: unknown) { return { a, db }; }";
    const { body } = await run(echo, { a: { deep: "$var:f/test/name" }, db: "$res:f/test/db" });
    expect(body).toEqual({ a: { deep: "Ada" }, db: { host: "h", user: "Ada" } });
  });

  it("that refer to nothing fail the job before it starts", async () => {
    const { status, body } = await run("export function main(a: string) { return a; }", { a: "$var:f/test/none" });
    expect(status).toBe(422);
    expect(body).toEqual({
      error: {
        name: "ExecutionErr",
        message: "execution error:\nNot found: Variable f/test/none not found for `a`",
      },
    });
  });
});

describe("the environment of a job", () => {
  it("is what Windmill gives, with empty texts for what does not apply, and nothing of the engine's own", async () => {
    const { body } = await run("export function main() { return process.env; }");
    expect(body).toMatchObject({
      WM_WORKSPACE: "windmill_automations",
      WM_USERNAME: "admin",
      WM_PERMISSIONED_AS: "u/admin",
      WM_FLOW_JOB_ID: "",
      WM_FLOW_PATH: "",
      WM_SCHEDULE_PATH: "",
      WM_STATE_PATH: expect.stringMatching(/^f\/test\/script_\d+\/user$/),
      WM_SCHEDULED_FOR: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      BASE_URL: engine.url,
      WM_BASE_URL: engine.url,
      FORCE_COLOR: "1",
    });
    expect(body).not.toHaveProperty("RUN8N_ENGINE_TOKEN");
    expect(body).not.toHaveProperty("BASE_INTERNAL_URL");
    expect((body as { WM_TOKEN: string }).WM_TOKEN).not.toBe(engine.token);
  });

  it("has a token that works during the job and not after it", async () => {
    const content = `export async function main() {
      const url = process.env.BASE_URL + "/api/users/whoami";
      const answer = await fetch(url, { headers: { authorization: "Bearer " + process.env.WM_TOKEN } });
      return { status: answer.status, token: process.env.WM_TOKEN };
    }`;
    const { body } = await run(content);
    const { status, token } = body as { status: number; token: string };
    expect(status).toBe(200);
    const later = await engine.api("/users/whoami", { headers: { authorization: `Bearer ${token}` } });
    expect(later.status).toBe(401);
  });

  it("is a fresh folder that is gone afterwards", async () => {
    const content = `import { readdirSync } from "node:fs";
      export function main() { return { cwd: process.cwd(), files: readdirSync(".").sort() }; }`;
    const { body } = await run(content);
    expect(body).toMatchObject({
      files: expect.arrayContaining(["args.json", "main.js", "result.json", "wrapper.mjs"]),
    });
    expect(readdirSync(join(engine.dataDir, "jobs"))).toEqual([]);
  });
});

describe("a result", () => {
  it.each([
    ["undefined as null", "return undefined", null],
    ["undefined properties as null", "return { a: undefined }", { a: null }],
    ["a bigint as text", "return { n: 12n }", { n: "12" }],
    ["a date as text", "return new Date(0)", "1970-01-01T00:00:00.000Z"],
    ["a map as an empty object", "return new Map([[1, 2]])", {}],
  ])("is %s", async (_, code, expected) => {
    expect(await run(`export function main() { ${code}; }`)).toEqual({ status: 200, body: expected });
  });

  it("ends the process: what nobody waits for is not done", async () => {
    const content = `export function main() { setTimeout(() => console.log("too late"), 5_000); return 1; }`;
    expect((await run(content)).body).toBe(1);
  });

  it("with wm_failure counts as failed and keeps what else it says", async () => {
    const content = `export function main() {
      return { wm_failure: "declined", windmill_status_code: 402, result: { code: "declined" } };
    }`;
    expect(await run(content)).toEqual({ status: 402, body: { code: "declined" } });
    const [job] = (await (await engine.api("/w/{w}/jobs/completed/list?per_page=1")).json()) as { success: boolean }[];
    expect(job?.success).toBe(false);
  });
});

describe("a failure", () => {
  it("is published with name, message, stack and all other own properties", async () => {
    const content = `class Refused extends Error {
        name = "Refused"; code = "refused"; hint = "Ask again.";
      }
      export function main() { throw new Refused("no"); }`;
    expect(await run(content)).toEqual({
      status: 422,
      body: {
        error: {
          name: "Refused",
          message: "no",
          stack: expect.stringContaining("Refused"),
          extra: { code: "refused", hint: "Ask again." },
        },
      },
    });
  });

  it("of a script without main says so", async () => {
    expect((await run("export const helper = 1;")).body).toMatchObject({
      error: { message: "main function is missing" },
    });
  });

  it("of a process that ends by itself has its exit code and its last words", async () => {
    const { status, body } = await run(`export function main() { console.log("last words"); process.exit(7); }`);
    expect(status).toBe(422);
    expect(body).toMatchObject({
      error: {
        name: "ExecutionErr",
        exit_code: 7,
        message: expect.stringMatching(/exit code for "bun run": 7.*last words/s),
      },
    });
  });

  it("comes when the script takes longer than its timeout", async () => {
    const content = "export async function main() { await new Promise((r) => setTimeout(r, 60_000)); }";
    const { body } = await run(content, {}, { timeout: 1 });
    expect(body).toMatchObject({ error: { name: "ExecutionErr", message: expect.stringContaining("due to timeout") } });
  });
});

describe("a preprocessor", () => {
  const script = `
    export function preprocessor(event: { kind: string; body: { n: number }; query: Record<string, string> }) {
      (globalThis as { seen?: number }).seen = process.pid;
      return { n: event.body.n, kind: event.kind, at: new Date(0), q: event.query.q };
    }
    export function main(n: number, kind: string, at: Date, q?: string) {
      return { n, kind, at: typeof at, q, sameProcess: (globalThis as { seen?: number }).seen === process.pid };
    }`;

  it("runs first, in the same process, and what it returns becomes the arguments", async () => {
    await engine.deploy("f/test/pre", script);
    const answer = await engine.api("/w/{w}/jobs/run_wait_result/p/f/test/pre?q=1", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ n: 4, extra: 1 }),
    });
    expect(await answer.json()).toEqual({ n: 4, kind: "webhook", at: "object", q: "1", sameProcess: true });
    const [{ id }] = (await (await engine.api("/w/{w}/jobs/list?per_page=1")).json()) as [{ id: string }];
    const job = (await (await engine.api(`/w/{w}/jobs_u/get/${id}`)).json()) as {
      args: unknown;
      preprocessed: boolean;
    };
    expect(job.preprocessed).toBe(true);
    expect(job.args).toEqual({ n: 4, kind: "webhook", at: "1970-01-01T00:00:00.000Z", q: "1" });
  });

  it("is left out when the caller says so", async () => {
    const answer = await engine.api("/w/{w}/jobs/run_wait_result/p/f/test/pre?skip_preprocessor=true", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ n: 4, kind: "direct" }),
    });
    expect(await answer.json()).toMatchObject({ n: 4, kind: "direct", sameProcess: false });
  });
});
