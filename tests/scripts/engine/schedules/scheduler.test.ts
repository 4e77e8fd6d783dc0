import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { runOnBun } from "../../../support/bun.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";
import { atSecond, schedulesOf } from "./schedules.ts";

const dataDir = mkdtempSync(join(tmpdir(), "run8n-schedules-"));
let engine: TestEngine;
const { get, create, jobs, queued, done, result, setEnabled, remove } = schedulesOf(() => engine);
const SOON = { timeout: 15_000 };
const NEXT_YEAR = "0 0 0 1 1 *";
const slow = (ms: number) => `export async function main() { await new Promise((r) => setTimeout(r, ${ms})); }`;

async function flowOf(path: string, content: string): Promise<void> {
  const modules = [{ id: "a", value: { type: "rawscript", language: "bun", content, input_transforms: {} } }];
  await engine.create("flows", { path, summary: "", description: "", value: { modules }, schema: {} });
}

beforeAll(async () => {
  engine = await startEngine({ dataDir });
  await engine.deploy(
    "f/test/tick",
    `export function main(n: number) {
      const { WM_SCHEDULE_PATH: by, WM_STATE_PATH: state, WM_USERNAME: user, WM_SCHEDULED_FOR: at } = process.env;
      return { n, by, state, user, at };
    }`,
  );
  await engine.deploy("f/test/slow", slow(1200));
});
afterEach(async () => {
  for (const { path } of await get("/w/{w}/schedules/list")) await remove(path);
});
afterAll(async () => {
  await engine.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("an enabled schedule", () => {
  it("runs its script with its arguments, again and again", async () => {
    const path = await create({ script_path: "f/test/tick", args: { n: 7 }, tag: "nightly" });
    await expect.poll(async () => (await done(path)).length, SOON).toBeGreaterThan(2);
    const [job, ...earlier] = await done(path);
    expect(job).toMatchObject({
      success: true,
      job_kind: "script",
      script_path: "f/test/tick",
      schedule_path: path,
      created_by: `schedule-${path.replaceAll("/", "-")}`,
      permissioned_as: "u/admin",
      tag: "nightly",
    });
    const at = job?.scheduled_for.replace(".000Z", "Z");
    expect(await result(job?.id)).toEqual({ n: 7, by: path, state: "f/test/tick/admin", user: "admin", at });
    const ticks = [job, ...earlier].map((one) => one?.scheduled_for);
    expect(new Set(ticks).size).toBe(ticks.length);
  });

  it("has one job in the queue, for its next time", async () => {
    const path = await create({ script_path: "f/test/tick", schedule: "0 30 5 1 1 *", timezone: "Asia/Tokyo" });
    const [job, ...others] = await queued(path);
    expect(others).toEqual([]);
    expect(job?.scheduled_for).toMatch(/^\d{4}-12-31T20:30:00.000Z$/);
  });

  it("has none while it is disabled, and none when it is gone", async () => {
    const path = await create({ script_path: "f/test/tick", schedule: NEXT_YEAR, enabled: false });
    expect(await queued(path)).toEqual([]);
    await setEnabled(path, true);
    await setEnabled(path, true);
    expect(await queued(path)).toHaveLength(1);
    await setEnabled(path, false);
    expect(await queued(path)).toEqual([]);
    await setEnabled(path, true);
    await remove(path);
    expect(await queued(path)).toEqual([]);
  });

  it("takes its next time from its new expression when that changes", async () => {
    const path = await create({ script_path: "f/test/tick", schedule: NEXT_YEAR });
    const body = JSON.stringify({ schedule: "0 0 0 2 2 *", timezone: "UTC", args: {} });
    await engine.api(`/w/{w}/schedules/update/${path}`, { method: "POST", body });
    expect((await queued(path)).map((job) => job.scheduled_for.slice(4))).toEqual(["-02-02T00:00:00.000Z"]);
  });

  it("waits until it is no longer paused", async () => {
    const paused_until = "2031-05-05T12:00:00Z";
    const path = await create({ script_path: "f/test/tick", schedule: "0 0 * * * *", paused_until });
    expect((await queued(path)).map((job) => job.scheduled_for)).toEqual(["2031-05-05T13:00:00.000Z"]);
    const past = await create({
      script_path: "f/test/tick",
      schedule: NEXT_YEAR,
      paused_until: "2021-05-05T12:00:00Z",
    });
    expect(await get(`/w/{w}/schedules/get/${past}`)).not.toHaveProperty("paused_until");
  });

  it("does not start a script while it still runs, and leaves out the times in between", async () => {
    const path = await create({ script_path: "f/test/slow" });
    await expect.poll(async () => (await done(path)).length, SOON).toBeGreaterThan(1);
    const [last, first] = await done(path);
    expect(Date.parse(last?.scheduled_for ?? "")).toBeGreaterThan(Date.parse(first?.completed_at ?? ""));
  });

  it("goes on after a run that was canceled in the queue", async () => {
    const path = await create({ script_path: "f/test/tick", schedule: NEXT_YEAR });
    const [job] = await queued(path);
    await engine.api(`/w/{w}/jobs_u/queue/cancel/${job?.id}`, { method: "POST", body: "{}" });
    await expect.poll(async () => (await queued(path)).length).toBe(1);
    expect((await queued(path))[0]?.id).not.toBe(job?.id);
  });

  it("is disabled when its script is gone, and says why", async () => {
    await engine.deploy("f/test/leaves", "export function main() {}");
    const path = await create({ script_path: "f/test/leaves" });
    await engine.api("/w/{w}/scripts/archive/p/f/test/leaves", { method: "POST", body: "{}" });
    await expect
      .poll(() => get(`/w/{w}/schedules/get/${path}`), SOON)
      .toMatchObject({ enabled: false, error: expect.stringContaining("f/test/leaves") });
  });
});

describe("a schedule of a flow", () => {
  it("starts it beside an earlier run", async () => {
    await flowOf("f/test/beside", slow(2500));
    const path = await create({ script_path: "f/test/beside", is_flow: true });
    const running = async () => (await jobs(path, "&running=true")).length;
    await expect.poll(running, SOON).toBeGreaterThan(1);
  });

  it("skips the run when it may not overlap", async () => {
    await flowOf("f/test/alone", slow(2500));
    const path = await create({ script_path: "f/test/alone", is_flow: true, no_flow_overlap: true });
    await expect.poll(async () => (await done(path)).find((job) => job.is_skipped), SOON).toBeDefined();
    const skipped = (await done(path)).find((job) => job.is_skipped);
    expect(await result(skipped?.id)).toMatch(/^not allowed to overlap with [0-9a-f-]{36}, scheduling next iteration$/);
    expect(await jobs(path, "&running=true")).toHaveLength(1);
  });
});

describe("an engine that is killed", () => {
  it("runs a time that came while it was gone once, late, and goes on with the next", async () => {
    const tick = new Date(Math.ceil(Date.now() / 1000) * 1000 + 1000);
    const path = await create({ script_path: "f/test/tick", schedule: atSecond(tick) });
    await engine.kill();
    await expect.poll(() => Date.now(), SOON).toBeGreaterThan(tick.getTime() + 500);
    engine = await startEngine({ dataDir });
    await expect
      .poll(async () => (await done(path)).map((job) => job.scheduled_for), SOON)
      .toEqual([tick.toISOString()]);
    expect((await queued(path)).map((job) => job.scheduled_for.slice(4))).toEqual([tick.toISOString().slice(4)]);
  });

  it("loses no time and runs none twice while it comes and goes", async () => {
    const path = await create({ script_path: "f/test/tick", args: { n: 1 } });
    for (let runs = 1; runs <= 3; runs++) {
      await expect.poll(async () => (await done(path)).length, SOON).toBeGreaterThanOrEqual(runs);
      await engine.kill();
      engine = await startEngine({ dataDir });
      await expect.poll(async () => (await jobs(path)).some((job) => job.type === "QueuedJob")).toBe(true);
    }
    const ticks = (await jobs(path)).map((job) => job.scheduled_for);
    expect(new Set(ticks).size).toBe(ticks.length);
    expect((await queued(path)).length).toBeLessThanOrEqual(1);
  });

  it("queues what it was killed before queueing", async () => {
    const path = await create({ script_path: "f/test/tick", schedule: NEXT_YEAR });
    await engine.kill();
    const forget = `import { Database } from "bun:sqlite";
      export const main = (file) => new Database(file).run("delete from job where state = 'queued'").changes;`;
    expect(await runOnBun(forget, [join(dataDir, "engine.sqlite")])).toBe(1);
    engine = await startEngine({ dataDir });
    expect(await queued(path)).toHaveLength(1);
  });
});
