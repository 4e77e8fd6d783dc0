import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isRunning } from "../../../../scripts/stack/process.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine({ workers: 1 });
  await engine.deploy("f/test/quick", "export function main(n: number) { return n + 1; }");
  await engine.deploy(
    "f/test/waits",
    `import { runScript } from "windmill-client";
    export async function main(n: number): Promise<unknown> {
      return await runScript("f/test/" + (n > 1 ? "waits" : "quick"), null, { n: n - 1 });
    }`,
  );
  await engine.deploy(
    "f/test/sleep",
    "export async function main(ms: number) { await new Promise((r) => setTimeout(r, ms)); return Date.now(); }",
  );
});
afterAll(() => engine.stop());

const post = (path: string, body: unknown = {}, init: RequestInit = {}) =>
  engine.api(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    ...init,
  });
const get = async (path: string) => (await engine.api(path)).json();
const start = async (path: string, args: unknown, query = "") =>
  (await post(`/w/{w}/jobs/run/p/${path}${query}`, args)).text();
const maybe = (id: string) => get(`/w/{w}/jobs_u/completed/get_result_maybe/${id}`);

describe("one worker", () => {
  it("is not blocked by scripts that wait for scripts", async () => {
    expect(await engine.run("f/test/waits", { n: 3 })).toEqual({ status: 200, body: 1 });
  });

  it("takes one job after the other, in the order they came", async () => {
    const ids = await Promise.all([1, 2, 3].map(() => start("f/test/sleep", { ms: 50 })));
    await expect.poll(async () => (await Promise.all(ids.map(maybe))).every((one) => one.completed)).toBe(true);
    const jobs = await Promise.all(ids.map((id) => get(`/w/{w}/jobs_u/get/${id}`)));
    const byStart = jobs.sort((a, b) => (a.started_at < b.started_at ? -1 : 1));
    for (const [index, job] of byStart.entries()) {
      const before = byStart[index - 1];
      if (before) expect(job.started_at >= before.completed_at).toBe(true);
    }
  });
});

describe("a job", () => {
  it("keeps the id that its caller chose, and no second one gets it", async () => {
    const id = crypto.randomUUID();
    expect(await start("f/test/quick", { n: 1 }, `?job_id=${id}`)).toBe(id);
    expect((await post(`/w/{w}/jobs/run/p/f/test/quick?job_id=${id}`)).status).toBe(400);
  });

  it("that is to run later waits for its time", async () => {
    const id = await start("f/test/quick", { n: 1 }, "?scheduled_in_secs=1");
    expect(await get(`/w/{w}/jobs_u/get/${id}`)).toMatchObject({ type: "QueuedJob", running: false });
    await expect.poll(() => maybe(id), { timeout: 5_000 }).toMatchObject({ completed: true, result: 2 });
    const { created_at, started_at } = await get(`/w/{w}/jobs_u/get/${id}`);
    expect(Date.parse(started_at) - Date.parse(created_at)).toBeGreaterThanOrEqual(1000);
  });

  it("that is canceled while it waits ends at once", async () => {
    const id = await start("f/test/quick", { n: 1 }, "?scheduled_in_secs=600");
    const answer = await post(`/w/{w}/jobs_u/queue/cancel/${id}`, { reason: "not needed" });
    expect([answer.status, await answer.text()]).toEqual([200, id]);
    expect(await maybe(id)).toMatchObject({
      completed: true,
      success: false,
      result: { error: { name: "Canceled", message: "Job canceled: not needed by admin" } },
    });
  });

  it("that is canceled while it runs is killed", async () => {
    const id = await start("f/test/sleep", { ms: 60_000 });
    await expect.poll(() => get(`/w/{w}/jobs_u/get/${id}`)).toMatchObject({ running: true });
    await post(`/w/{w}/jobs_u/queue/cancel/${id}`, {});
    await expect.poll(() => maybe(id)).toMatchObject({ success: false, result: { error: { name: "Canceled" } } });
  });

  it("is canceled when whoever waits for it goes away", async () => {
    const abort = new AbortController();
    const id = crypto.randomUUID();
    const gone = post(
      `/w/{w}/jobs/run_wait_result/p/f/test/sleep?job_id=${id}`,
      { ms: 60_000 },
      { signal: abort.signal },
    );
    await expect.poll(async () => (await engine.api(`/w/{w}/jobs_u/get/${id}`)).status).toBe(200);
    abort.abort();
    await expect(gone).rejects.toThrow();
    await expect.poll(() => maybe(id)).toMatchObject({ result: { error: { reason: "http connection broke" } } });
  });

  it("takes processes that it started along when it ends", async () => {
    await engine.deploy(
      "f/test/spawns",
      `import { spawn } from "node:child_process";
      export function main() { return spawn("sleep", ["600"]).pid; }`,
    );
    const { body } = await engine.run("f/test/spawns");
    await expect.poll(() => isRunning(body as number)).toBe(false);
  });
});
