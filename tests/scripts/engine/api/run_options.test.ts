import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

let engine: TestEngine;
/** What stands for the script and the flow in each of the addresses. */
const names: Record<string, string> = { p: "f/test/twice", f: "f/test/flow" };
beforeAll(async () => {
  engine = await startEngine();
  await engine.deploy("f/test/twice", "export function main(n: number) { return n * 2; }");
  const input_transforms = { n: { type: "javascript", expr: "flow_input.n" } };
  const modules = [{ id: "a", value: { type: "script", path: "f/test/twice", input_transforms } }];
  await engine.create("flows", { path: "f/test/flow", summary: "", value: { modules }, schema: {} });
  await engine.deploy("f/test/random", "export function main(n?: number) { return [n, Math.random()]; }");
  await engine.deploy(
    "f/test/sleeps",
    "export async function main() { await new Promise((r) => setTimeout(r, 60_000)); }",
  );
  names.h = (await get("/w/{w}/scripts/get/p/f/test/twice")).hash;
  names.fv = (await get("/w/{w}/flows/history/p/f/test/flow"))[0].id;
});
afterAll(() => engine.stop());

const get = async (path: string) => (await engine.api(path)).json();
const post = (path: string, body: unknown = {}) =>
  engine.api(`/w/{w}/jobs/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const payload = encodeURIComponent(btoa('{"n":21}'));

describe("a script or flow runs", () => {
  it.each(["p", "h", "f", "fv"])("by POST to run/%s, which answers its job's id", async (by) => {
    const answer = await post(`run/${by}/${names[by]}`, { n: 21 });
    expect(answer.status).toBe(201);
    const id = await answer.text();
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    await expect.poll(async () => (await get(`/w/{w}/jobs_u/completed/get_result_maybe/${id}`)).result).toBe(42);
  });

  it.each(["p", "h", "f", "fv"])("by POST to run_wait_result/%s, which answers the result", async (by) => {
    const answer = await post(`run_wait_result/${by}/${names[by]}`, { n: 21 });
    expect([answer.status, await answer.json()]).toEqual([200, 42]);
  });

  it.each(["p", "f", "fv"])("by GET of run_wait_result/%s", async (by) => {
    const answer = await engine.api(`/w/{w}/jobs/run_wait_result/${by}/${names[by]}?payload=${payload}`);
    expect([answer.status, await answer.json()]).toEqual([200, 42]);
  });

  it.each(["p", "h", "f"])("by GET of and POST to run_and_stream/%s, which ends with the result", async (by) => {
    const path = `run_and_stream/${by}/${names[by]}`;
    for (const answer of [await engine.api(`/w/{w}/jobs/${path}?payload=${payload}`), await post(path, { n: 21 })])
      expect(await answer.text()).toContain('"only_result":42');
  });

  it.each(["p", "f"])("not by HEAD of run/%s, which says only that it could", async (by) => {
    const answer = await engine.api(`/w/{w}/jobs/run/${by}/${names[by]}`, { method: "HEAD" });
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
  });

  it.each([
    ["p/f/test/none", "Not found: script not found at name f/test/none"],
    ["h/0123456789abcdef", "Not found: script not found with hash 0123456789abcdef"],
    ["f/f/test/none", "Not found: flow not found at name f/test/none"],
    ["fv/999999", "Not found: flow version 999999 not found"],
  ])("nowhere but where it is: %s", async (path, message) => {
    for (const verb of ["run", "run_wait_result"]) {
      const answer = await post(`${verb}/${path}`);
      expect([answer.status, await answer.text()]).toEqual([404, message]);
    }
  });
});

describe("the query of a run says", () => {
  it("timeout: after how many seconds it ends", async () => {
    const answer = await post("run_wait_result/p/f/test/sleeps?timeout=1");
    expect(answer.status).toBe(422);
    expect((await answer.json()).error.message).toContain("job-specific duration limit");
  });

  it("cache_ttl: for how long its result answers the same question", async () => {
    const ask = async (n: number, query = "?cache_ttl=60") =>
      (await post(`run_wait_result/p/f/test/random${query}`, { n })).json();
    const first = await ask(1);
    expect(await ask(1)).toEqual(first);
    expect(await ask(2)).not.toEqual(first);
    expect(await ask(1, "")).not.toEqual(first);
  });

  it("job_id: which id it has, once", async () => {
    const id = crypto.randomUUID();
    expect(await (await post(`run/p/f/test/twice?job_id=${id}`, { n: 1 })).text()).toBe(id);
    expect((await post(`run/p/f/test/twice?job_id=${id}`, { n: 1 })).status).toBe(400);
  });

  it("scheduled_in_secs and scheduled_for: when it begins", async () => {
    const when = new Date(Date.now() + 600_000);
    for (const query of ["scheduled_in_secs=600", `scheduled_for=${when.toISOString()}`]) {
      const id = await (await post(`run/p/f/test/twice?${query}`, { n: 1 })).text();
      const { running, scheduled_for: at } = await get(`/w/{w}/jobs_u/get/${id}`);
      expect(running).toBe(false);
      expect(Math.abs(Date.parse(at) - when.getTime())).toBeLessThan(60_000);
      await engine.api(`/w/{w}/jobs_u/queue/cancel/${id}`, { method: "POST", body: "{}" });
    }
  });

  it("tag and parent_job: what is noted of it", async () => {
    const parent = await (await post("run/p/f/test/twice", { n: 1 })).text();
    const id = await (await post(`run/p/f/test/twice?tag=heavy&parent_job=${parent}`, { n: 1 })).text();
    expect(await get(`/w/{w}/jobs_u/get/${id}`)).toMatchObject({ tag: "heavy", parent_job: parent });
  });
});
