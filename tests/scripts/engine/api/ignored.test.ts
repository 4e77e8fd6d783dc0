import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const WHO = "export function main() { return [process.env.WM_EMAIL, process.env.WM_USERNAME]; }";
const ADMIN = ["admin@windmill.dev", "admin"];
const post = (path: string, body: unknown = {}) =>
  engine.api(path, { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } });

describe("what the engine keeps and does not obey:", () => {
  it.each([
    { on_behalf_of_email: "ada@example.com" },
    { dedicated_worker: true },
    { concurrent_limit: 1, concurrency_time_window_s: 600 },
    { debounce_delay_s: 600, debounce_key: "k" },
    { tag: "a-worker-that-nobody-has" },
  ])("%j of a script", async (setting) => {
    const path = `f/test/kept_${Object.keys(setting)[0]}`;
    await engine.deploy(path, WHO, setting);
    expect(await (await engine.api(`/w/{w}/scripts/get/p/${path}`)).json()).toMatchObject(setting);
    for (const _ of [1, 2]) expect(await engine.run(path)).toEqual({ status: 200, body: ADMIN });
  });

  it.each(["queue_limit=0", "invisible_to_owner=true", "tag=nobody"])("%s of a run", async (query) => {
    await engine.deploy("f/test/who", WHO);
    const answer = await post(`/w/{w}/jobs/run_wait_result/p/f/test/who?${query}`);
    expect([answer.status, await answer.json()]).toEqual([200, ADMIN]);
  });

  it.each(["//nodejs", "//useragent x", "//native\n//proxy x", "//native\n//fetch_response_timeout 1"])(
    "%j at the top of a script",
    async (top) => {
      const path = `f/test/top_${top.length}`;
      await engine.deploy(path, `${top}\nexport function main() { return 1; }`);
      expect(await engine.run(path)).toEqual({ status: 200, body: 1 });
    },
  );
});

it("a script with a priority starts before those that came earlier", async () => {
  const alone = await startEngine({ workers: 1 });
  try {
    await alone.deploy("f/test/sleeps", "export async function main() { await Bun.sleep(400); }");
    await alone.deploy("f/test/first", "export async function main() {}", { priority: 10 });
    const start = async (path: string) =>
      (await alone.api(`/w/{w}/jobs/run/p/${path}`, { method: "POST", body: "{}" })).text();
    const [, low, high] = [await start("f/test/sleeps"), await start("f/test/sleeps"), await start("f/test/first")];
    const jobOf = async (id: string) => (await alone.api(`/w/{w}/jobs_u/get/${id}`)).json();
    await expect.poll(async () => (await jobOf(low)).completed_at, { timeout: 15_000 }).toBeTruthy();
    expect((await jobOf(high)).completed_at <= (await jobOf(low)).started_at).toBe(true);
  } finally {
    await alone.stop();
  }
});
