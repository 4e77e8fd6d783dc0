import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FlowValue } from "../../../../scripts/engine/jobs/job.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";
import { branchall, code, fixed, flow, forloop, identity, js } from "./steps.ts";

const folder = mkdtempSync(join(tmpdir(), "run8n-flow-marks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let marks: string;
beforeEach(() => {
  marks = join(mkdtempSync(join(folder, "test-")), "marks");
  writeFileSync(marks, "");
});
const lines = () => readFileSync(marks, "utf8").split("\n").slice(0, -1);

/** Code that leaves a mark, and then waits until a line \`go\` is there if it is asked to. */
const mark = `
import { appendFileSync, readFileSync } from "node:fs";
export async function main(file: string, name: string, wait = false) {
  appendFileSync(file, name + "\\n");
  while (wait && !readFileSync(file, "utf8").includes("go\\n")) await Bun.sleep(20);
  return name;
}`;
const step = (id: string, name = fixed(id), more = {}, settings = {}) =>
  code(id, mark, { file: fixed(marks), name, ...more }, settings);
const wait = { wait: fixed(true) };

let engines: TestEngine[] = [];
afterEach(async () => {
  for (const engine of engines) await engine.kill();
  for (const engine of engines) rmSync(engine.dataDir, { recursive: true, force: true });
  engines = [];
});

async function start(dataDir?: string): Promise<TestEngine> {
  const engine = await startEngine(dataDir ? { dataDir } : {});
  engines.push(engine);
  return engine;
}

const json = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

const push = async (engine: TestEngine, value: FlowValue, args = {}) =>
  (await engine.api("/w/{w}/jobs/run/preview_flow", json({ value, args }))).text();

type Maybe = { completed: boolean; success?: boolean; result?: unknown };
const maybe = async (engine: TestEngine, id: string) =>
  (await (await engine.api(`/w/{w}/jobs_u/completed/get_result_maybe/${id}`)).json()) as Maybe;

async function ended(engine: TestEngine, id: string): Promise<Maybe> {
  await expect.poll(async () => (await maybe(engine, id)).completed, { timeout: 20_000 }).toBe(true);
  return maybe(engine, id);
}

describe("a flow whose engine is killed", () => {
  it("goes on at the step it was at; steps before it do not run again", async () => {
    const first = await start();
    const id = await push(first, flow(step("a"), step("b", fixed("b"), wait), step("c", js("results.a + results.b"))));
    await expect.poll(lines, { timeout: 10_000 }).toEqual(["a", "b"]);
    await first.kill();
    const second = await start(first.dataDir);
    appendFileSync(marks, "go\n");
    expect(await ended(second, id)).toMatchObject({ success: true, result: "ab" });
    // The step that was at work starts once more, as Windmill does with a job whose worker has died.
    // It may do so before this test has said "go".
    expect(lines().filter((line) => line !== "go")).toEqual(["a", "b", "b", "ab"]);
  });

  it("goes on with a parallel loop where iterations had ended, and with branches inside", async () => {
    const first = await start();
    const body = step("x", js("'x' + flow_input.iter.index"), { wait: js("flow_input.iter.index > 1") });
    const id = await push(first, {
      ...flow(
        forloop("a", fixed([0, 1, 2, 3]), [body, branchall("b", [[step("y", js("'y' + results.x"))]])], {
          parallel: true,
        }),
      ),
    });
    const before = ["x0", "x1", "x2", "x3", "yx0", "yx1"];
    await expect.poll(() => lines().sort(), { timeout: 10_000 }).toEqual(before);
    await first.kill();
    const second = await start(first.dataDir);
    appendFileSync(marks, "go\n");
    expect(await ended(second, id)).toMatchObject({ success: true, result: [["yx0"], ["yx1"], ["yx2"], ["yx3"]] });
    expect(lines().filter((line) => line === "x0" || line === "x1")).toHaveLength(2);
  });

  it("still waits for its sleep", async () => {
    const first = await start();
    const id = await push(first, flow(step("a", fixed("a"), {}, { sleep: fixed(2) }), step("b")));
    const job = async () => (await first.api(`/w/{w}/jobs_u/get/${id}`)).json();
    const a = { type: "Success", id: "a" };
    await expect.poll(job, { timeout: 10_000 }).toMatchObject({ flow_status: { modules: [a, {}] } });
    await first.kill();
    const second = await start(first.dataDir);
    expect(await ended(second, id)).toMatchObject({ success: true, result: "b" });
    expect(lines()).toEqual(["a", "b"]);
  });
});

describe("a flow in the engine", () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.stop());

  const run = async (value: FlowValue, args = {}) => ended(engine, await push(engine, value, args));

  it("ends a step that exceeds its timeout", async () => {
    const sleep = "export async function main() { await Bun.sleep(60_000); }";
    const { success, result } = await run(flow(code("a", sleep, {}, { timeout: fixed(1) })));
    expect({ success, result }).toMatchObject({
      success: false,
      result: { error: { message: expect.stringContaining("duration limit") } },
    });
  });

  it("takes a step's result from the cache while that is fresh", async () => {
    const value = flow(step("a", js("flow_input.name"), {}, { cache_ttl: 60 }), identity("b"));
    for (const name of ["x", "x", "y"]) expect(await run(value, { name })).toMatchObject({ result: name });
    expect(lines()).toEqual(["x", "y"]);
  });

  it("gets through a parallel loop over a thousand items", async () => {
    const items = Array.from({ length: 1_000 }, (_, index) => index);
    const value = flow(forloop("a", js("flow_input.items"), [identity("b"), identity("c")], { parallel: true }));
    const { result } = await run(value, { items });
    expect(result).toHaveLength(1_000);
    expect((result as { iter: { value: number } }[]).map(({ iter }) => iter.value)).toEqual(items);
  });

  it("hands a preprocessor the event, and the steps what it made of that", async () => {
    const preprocessor = "export function preprocessor(event: any) { return { kind: event.kind, n: event.body.n }; }";
    const value = {
      ...flow(code("a", "export function main(x: any) { return x; }", { x: js("flow_input") })),
      preprocessor_module: code("preprocessor", preprocessor),
    };
    await engine.create("flows", { path: "f/x/hook", summary: "", description: "", value, schema: {} });
    const answer = (query: string) =>
      engine.api(`/w/{w}/jobs/run_wait_result/f/f/x/hook${query}`, json({ n: 5 })).then((response) => response.json());
    expect(await answer("")).toEqual({ kind: "webhook", n: 5 });
    expect(await answer("?skip_preprocessor=true")).toEqual({ n: 5 });
  });

  it("answers whoever waits as soon as the step for the early return has ended", async () => {
    const value = { ...flow(step("a"), step("b", fixed("b"), wait)), early_return: "a" };
    const response = await engine.api("/w/{w}/jobs/run_wait_result/preview_flow", json({ value, args: {} }));
    expect({ status: response.status, body: await response.json() }).toEqual({ status: 200, body: "a" });
    await expect.poll(lines, { timeout: 10_000 }).toEqual(["a", "b"]);
    appendFileSync(marks, "go\n");
  });

  it("says where it stands while it runs", async () => {
    const id = await push(engine, flow(step("a"), step("b", fixed("b"), wait), step("c")));
    await expect.poll(lines, { timeout: 10_000 }).toEqual(["a", "b"]);
    const job = (await (await engine.api(`/w/{w}/jobs_u/get/${id}`)).json()) as Record<string, unknown>;
    expect(job).toMatchObject({
      type: "QueuedJob",
      running: true,
      flow_status: {
        step: 1,
        modules: [
          { id: "a", type: "Success" },
          { id: "b", type: expect.stringMatching(/^(WaitingForExecutor|InProgress)$/), job: expect.any(String) },
          { id: "c", type: "WaitingForPriorSteps" },
        ],
      },
    });
    appendFileSync(marks, "go\n");
    expect(await ended(engine, id)).toMatchObject({ success: true, result: "c" });
  });

  it("is canceled with what is below it", async () => {
    const id = await push(engine, flow(forloop("a", fixed([1, 2]), [step("b", fixed("b"), wait)]), step("c")));
    await expect.poll(lines, { timeout: 10_000 }).toEqual(["b"]);
    await engine.api(`/w/{w}/jobs_u/queue/cancel/${id}`, json({ reason: "enough" }));
    const { success, result } = await ended(engine, id);
    expect({ success, result }).toMatchObject({
      success: false,
      result: { error: { name: "Canceled", message: expect.stringContaining("enough") } },
    });
    appendFileSync(marks, "go\n");
    expect(lines()).toEqual(["b", "go"]);
  });
});
