import { readdirSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters as plain } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRunning } from "../../../../scripts/stack/process.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

let engine: TestEngine;
let made = 0;
beforeAll(async () => {
  engine = await startEngine({ workers: 3 });
});
afterAll(() => engine.stop());

async function run(content: string, args: Record<string, unknown> = {}) {
  const path = `f/test/odd_${made++}`;
  await engine.deploy(path, content);
  return engine.run(path, args);
}
const lastLog = async () => {
  const [job] = await (await engine.api("/w/{w}/jobs/list?per_page=1")).json();
  return plain(await (await engine.api(`/w/{w}/jobs_u/get_logs/${job.id}`)).text());
};

describe("a script that behaves badly is a failed job and nothing more", () => {
  it.each([
    ["throws a text", "throw 'just text';", {}],
    ["throws nothing", "throw undefined;", {}],
    ["throws an object", "throw { code: 7 };", { extra: { code: 7 } }],
    ["throws an error that cannot be written down", "const e: any = new Error('round'); e.self = e; throw e;", {}],
    ["throws while it is loaded", "} throw new Error('at once'); function unused() {", {}],
    ["returns what cannot be written down", "const a: any = {}; a.a = a; return a;", { name: "TypeError" }],
    ["kills itself", "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});", { name: "ExecutionErr" }],
    ["kills its group", "process.kill(0, 'SIGKILL'); await new Promise(() => {});", { name: "ExecutionErr" }],
    ["ends with success before it returns", "process.exit(0);", undefined],
    [
      "removes its folder",
      "const fs = await import('node:fs'); fs.rmSync(process.cwd(), { recursive: true, force: true }); process.exit(1);",
      { name: "ExecutionErr" },
    ],
    [
      "writes nonsense as its result",
      "const fs = await import('node:fs'); fs.writeFileSync('result.json', '{'); process.exit(0);",
      { name: "ExecutionErr" },
    ],
    ["is no TypeScript", "const x = ;", { name: "ExecutionErr" }],
  ])("%s", async (_, code, error) => {
    const { status, body } = await run(`export async function main() { ${code} }`);
    if (error === undefined) expect({ status, body }).toEqual({ status: 200, body: null });
    else expect({ status, body }).toMatchObject({ status: 422, body: { error } });
  });

  it("prints without end: the log is cut, the job goes on", async () => {
    const content = `export function main() { const line = "x".repeat(999); for (let i = 0; i < 5000; i++) console.log(line); return "done"; }`;
    expect((await run(content)).body).toBe("done");
    const log = await lastLog();
    expect(log.length).toBeLessThan(2_100_000);
    expect(log).toContain("the log was cut here");
  });

  it("returns megabytes", async () => {
    const { body } = await run("export function main() { return 'é'.repeat(3_000_000); }");
    expect(body).toHaveLength(3_000_000);
  });

  it("prints to both outputs: the log has all in the order it came", async () => {
    await run("export function main() { console.log('1'); console.error('2'); console.log('3'); console.warn('4'); }");
    expect(
      (await lastLog())
        .replace(/[\s\S]*EXECUTION ---\s*/, "")
        .split("\n")
        .filter(Boolean),
    ).toEqual(["1", "2", "3", "4"]);
  });

  it("ignores the request to end: it is killed all the same", async () => {
    await engine.deploy(
      "f/test/stubborn",
      `export async function main() { process.on("SIGTERM", () => {}); console.log(process.pid); await new Promise((r) => setTimeout(r, 60_000)); }`,
    );
    const id = await (await engine.api("/w/{w}/jobs/run/p/f/test/stubborn", { method: "POST" })).text();
    const log = async () => plain(await (await engine.api(`/w/{w}/jobs_u/get_logs/${id}`)).text());
    await expect.poll(log).toMatch(/\n\d+\n/);
    const pid = Number(/\n(\d+)\n/.exec(await log())?.[1]);
    await engine.api(`/w/{w}/jobs_u/queue/cancel/${id}`, { method: "POST", body: "{}" });
    await expect.poll(() => isRunning(pid)).toBe(false);
  });
});

describe("after all that", () => {
  it("the engine is well, and nothing lies about", async () => {
    expect((await run("export function main() { return 'well'; }")).body).toBe("well");
    await expect.poll(() => readdirSync(join(engine.dataDir, "jobs"))).toEqual([]);
  });
});
