import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

const get = async (path: string) => (await engine.api(path)).json();
const newest = async (path: string) =>
  (await get(`/w/{w}/jobs/list?per_page=1&script_path_exact=${path}`))[0].id as string;
const TELLS = "export function main(secret: string) { console.log('printed', secret); return { secret }; }";

describe("delete_after_secs", () => {
  it("0 answers the caller and keeps neither arguments nor result nor log", async () => {
    await engine.deploy("f/test/now", TELLS, { delete_after_secs: 0 });
    expect((await engine.run("f/test/now", { secret: "s3cret" })).body).toEqual({ secret: "s3cret" });
    const id = await newest("f/test/now");
    await expect
      .poll(() => get(`/w/{w}/jobs_u/get/${id}`))
      .toMatchObject({ args: {}, result: {}, logs: "##DELETED##" });
  });

  it("waits for its time", async () => {
    await engine.deploy("f/test/later", TELLS, { delete_after_secs: 1 });
    await engine.run("f/test/later", { secret: "s3cret" });
    const id = await newest("f/test/later");
    expect(await get(`/w/{w}/jobs_u/get/${id}`)).toMatchObject({ result: { secret: "s3cret" } });
    await expect.poll(() => get(`/w/{w}/jobs_u/get/${id}`), { timeout: 5_000 }).toMatchObject({ result: {} });
  });

  it("of a step waits for the end of the flow, which needs its result", async () => {
    const echo = (id: string, expr: string, more = {}) => ({
      id,
      value: {
        type: "rawscript",
        language: "bun",
        content: TELLS,
        input_transforms: { secret: { type: "javascript", expr } },
      },
      ...more,
    });
    const modules = [echo("a", "flow_input.secret", { delete_after_secs: 0 }), echo("b", "results.a.secret")];
    await engine.create("flows", { path: "f/test/flow", summary: "", description: "", value: { modules }, schema: {} });
    const answer = await engine.api("/w/{w}/jobs/run_wait_result/f/f/test/flow", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"secret":"s3cret"}',
    });
    expect(await answer.json()).toEqual({ secret: "s3cret" });
    const step = await newest("f/test/flow/a");
    await expect.poll(() => get(`/w/{w}/jobs_u/get/${step}`)).toMatchObject({ args: {}, result: {} });
    expect(await get(`/w/{w}/jobs_u/get/${await newest("f/test/flow/b")}`)).toMatchObject({
      result: { secret: "s3cret" },
    });
  });
});

describe("cache_ttl", () => {
  const COUNTS = `import { appendFileSync, readFileSync } from "node:fs";
    export function main(file: string, n: number) { appendFileSync(file, "."); if (n < 0) throw new Error("no"); return [n, readFileSync(file, "utf8").length]; }`;

  it("gives the same answer to the same question without running again", async () => {
    await engine.deploy("f/test/cached", COUNTS, { cache_ttl: 60 });
    const file = `${engine.dataDir}/runs`;
    const ask = async (n: number) => (await engine.run("f/test/cached", { file, n })).body;
    expect([await ask(1), await ask(1), await ask(2), await ask(1)]).toEqual([
      [1, 1],
      [1, 1],
      [2, 2],
      [1, 1],
    ]);
    await engine.deploy("f/test/cached", `${COUNTS}\n`, { cache_ttl: 60 });
    expect(await ask(1)).toEqual([1, 3]);
  });

  it("keeps no failure, and ends", async () => {
    await engine.deploy("f/test/briefly", COUNTS, { cache_ttl: 1 });
    const file = `${engine.dataDir}/brief`;
    const ask = async (n: number) => engine.run("f/test/briefly", { file, n });
    expect([(await ask(-1)).status, (await ask(-1)).status]).toEqual([422, 422]);
    const { body } = await ask(1);
    expect(body).toEqual([1, 3]);
    await expect.poll(async () => (await ask(1)).body, { timeout: 5_000 }).toEqual([1, 4]);
  });

  it("of a flow answers for the whole flow", async () => {
    const modules = [
      {
        id: "a",
        value: {
          type: "script",
          path: "f/test/counts",
          input_transforms: { file: { type: "javascript", expr: "flow_input.file" }, n: { type: "static", value: 1 } },
        },
      },
    ];
    await engine.deploy("f/test/counts", COUNTS);
    await engine.create("flows", {
      path: "f/test/cached_flow",
      summary: "",
      description: "",
      value: { modules, cache_ttl: 60 },
      schema: {},
    });
    const ask = async () =>
      (
        await engine.api("/w/{w}/jobs/run_wait_result/f/f/test/cached_flow", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ file: `${engine.dataDir}/flow-runs` }),
        })
      ).json();
    expect([await ask(), await ask()]).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });
});
