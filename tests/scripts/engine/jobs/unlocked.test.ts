import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import packageJson from "../../../../package.json";
import { checkout, folderFiles, removeCheckouts, scriptFiles } from "../../../support/checkout.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

const dataDir = mkdtempSync(join(tmpdir(), "run8n-unlocked-"));
const running: TestEngine[] = [];
const start = async (options = {}) => {
  const engine = await startEngine({ workers: 1, dataDir, ...options });
  running.push(engine);
  return engine;
};
afterEach(async () => {
  for (const engine of running.splice(0)) await engine.stop();
  rmSync(dataDir, { recursive: true, force: true });
});
afterAll(removeCheckouts);

const PATH = "f/test/unlocked";
const returns = (value: unknown) => `export function main() { return ${JSON.stringify(value)}; }`;
const json = async (engine: TestEngine, path: string, body?: unknown) => {
  const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const text = await (await engine.api(path, init)).text();
  return text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : text;
};
/** Pushes without a lock, and does not wait for it. */
const push = (engine: TestEngine, content: string): Promise<string> =>
  json(engine, "/w/{w}/scripts/create", { path: PATH, content, language: "bun", summary: "", auto_parent: true });
const deployment = (engine: TestEngine, hash: string) => json(engine, `/w/{w}/scripts/deployment_status/h/${hash}`);

/** Takes the only worker, until the job is canceled. */
async function occupy(engine: TestEngine): Promise<() => Promise<void>> {
  const content = "export async function main() { await new Promise((r) => setTimeout(r, 600_000)); }";
  const id = await json(engine, "/w/{w}/jobs/run/preview", { content, language: "bun", args: {} });
  await expect.poll(async () => (await json(engine, `/w/{w}/jobs_u/get/${id}`)).running).toBe(true);
  return async () => void (await json(engine, `/w/{w}/jobs_u/queue/cancel/${id}`, {}));
}

describe("a script that is pushed without a lock", () => {
  it("is not there until a job has worked out its lock", async () => {
    const engine = await start();
    const free = await occupy(engine);
    const hash = await push(engine, returns(1));
    expect(await deployment(engine, hash)).toMatchObject({ lock: null, lock_error_logs: null });
    expect(await engine.run(PATH)).toEqual({ status: 404, body: `Not found: script not found at name ${PATH}` });
    await free();
    await expect.poll(async () => (await engine.run(PATH)).body).toBe(1);
    const { lock, job_id: id } = await deployment(engine, hash);
    expect(lock).toContain("//bun.lock");
    expect(await json(engine, `/w/{w}/jobs_u/get/${id}`)).toMatchObject({
      job_kind: "dependencies",
      script_path: PATH,
      script_hash: hash,
      success: true,
      result: { lock },
    });
  });

  it("leaves the earlier version running until then", async () => {
    const engine = await start();
    await engine.deploy(PATH, returns("old"));
    const free = await occupy(engine);
    await push(engine, returns("new"));
    expect((await json(engine, `/w/{w}/scripts/get/p/${PATH}`)).content).toBe(returns("new"));
    const id = await json(engine, `/w/{w}/jobs/run/p/${PATH}`, {});
    await free();
    await expect.poll(async () => (await engine.run(PATH)).body).toBe("new");
    expect(await json(engine, `/w/{w}/jobs_u/completed/get_result/${id}`)).toBe('"old"');
  });

  it("is never there when no lock can be worked out, and says why", async () => {
    const engine = await start();
    const hash = await push(engine, `import "no-such-package"; ${returns(1)}`);
    await expect
      .poll(async () => (await deployment(engine, hash)).lock_error_logs)
      .toContain('it imports "no-such-package"');
    expect((await engine.run(PATH)).status).toBe(404);
  });

  it("gets its lock after a restart when the engine was killed before", async () => {
    const first = await start();
    await occupy(first);
    await push(first, returns(2));
    await first.kill();
    const second = await start({ workers: 2 });
    await expect.poll(async () => (await second.run(PATH)).body).toBe(2);
  });

  it("by the CLI has a lock that the next pull brings", async () => {
    const engine = await start();
    const lock = `${PATH}.script.lock`;
    const { dir, read } = checkout({
      ...folderFiles("test"),
      ...scriptFiles(PATH, `import * as z from "zod"; export function main() { return typeof z; }\n`),
      [lock]: "",
    });
    const wmill = async (...args: string[]) => (await engine.wmill(["sync", ...args], { cwd: dir })).stdout;
    await wmill("push", "--yes");
    await expect.poll(async () => (await engine.run(PATH)).body).toBe("object");
    expect(await wmill("push", "--dry-run")).toContain(`~ script ${lock}`);
    await wmill("pull", "--yes");
    expect(read()[lock]).toContain(`"zod": "${packageJson.dependencies.zod}"`);
    expect(await wmill("push", "--dry-run")).toContain("0 changes to apply");
  });

  it("and has none in the end is what the CLI's push tells of", async () => {
    const engine = await start();
    const files = scriptFiles(PATH, `import "no-such-package"; ${returns(1)}\n`);
    const { dir } = checkout({ ...folderFiles("test"), ...files, [`${PATH}.script.lock`]: "" });
    const { stdout } = await engine.wmill(["sync", "push", "--yes", "--json-output"], { cwd: dir });
    const { pending, failed } = JSON.parse(stdout.slice(stdout.indexOf("{"))).lock_jobs;
    expect(pending + failed.length).toBe(1);
  });
});
