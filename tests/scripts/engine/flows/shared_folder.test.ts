import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { FlowValue } from "../../../../scripts/engine/jobs/job.ts";
import { checkout, folderFiles, removeCheckouts } from "../../../support/checkout.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";
import { branchall, code, fixed, flow, forloop, js, module } from "./steps.ts";

const SOON = { timeout: 20_000 };
/** Adds a line to a file in `./shared` and returns all its lines. */
const note = `
import { appendFileSync, readFileSync } from "node:fs";
export async function main(line: string) {
  appendFileSync("./shared/notes", line + "\\n");
  return readFileSync("./shared/notes", "utf8").trim().split("\\n").join(" ");
}`;
/** Adds a line and waits until the file \`go\` is there. */
const hold = `
import { appendFileSync, existsSync, readFileSync } from "node:fs";
export async function main(line: string, go: string) {
  appendFileSync("./shared/notes", line + "\\n");
  while (!existsSync(go)) await Bun.sleep(20);
  return readFileSync("./shared/notes", "utf8").trim().split("\\n").join(" ");
}`;
const noting = (id: string, line = fixed(id), settings = {}) => code(id, note, { line }, settings);
const together = (...modules: Parameters<typeof flow>): FlowValue => ({ ...flow(...modules), same_worker: true });

const json = (body: unknown): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});
const push = async (engine: TestEngine, value: FlowValue, args = {}) =>
  (await engine.api("/w/{w}/jobs/run/preview_flow", json({ value, args }))).text();
type Maybe = { completed: boolean; success?: boolean; result?: unknown };
async function ended(engine: TestEngine, id: string): Promise<Maybe> {
  const maybe = async () =>
    (await (await engine.api(`/w/{w}/jobs_u/completed/get_result_maybe/${id}`)).json()) as Maybe;
  await expect.poll(async () => (await maybe()).completed, SOON).toBe(true);
  return maybe();
}
const folders = ({ dataDir }: TestEngine) => readdirSync(join(dataDir, "shared"));
const gone = (engine: TestEngine) => expect.poll(() => folders(engine), SOON).toEqual([]);

describe("a flow with same_worker", () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(async () => {
    await engine.stop();
    removeCheckouts();
  });
  const run = async (value: FlowValue) => ended(engine, await push(engine, value));

  it("has one ./shared for all its steps, which goes away with it", async () => {
    expect(await run(together(noting("a"), noting("b")))).toMatchObject({ success: true, result: "a b" });
    await gone(engine);
  });

  it("shares it with loops and branches, however deep", async () => {
    const inner = branchall("in", [[noting("y"), noting("z")]]);
    const loop = forloop("each", fixed([1, 2]), [noting("x", js("'x' + flow_input.iter.value")), inner]);
    expect(await run(together(noting("a"), loop, noting("b")))).toMatchObject({ result: "a x1 y z x2 y z b" });
    await gone(engine);
  });

  it("shares it with its failure module, and loses it when it fails", async () => {
    const boom = code("b", "export function main() { throw new Error('boom'); }");
    const value = { ...together(noting("a"), boom), failure_module: noting("failure") };
    expect(await run(value)).toMatchObject({ success: false, result: "a failure" });
    await gone(engine);
  });

  it("leaves out a step that makes the next one wait, as Windmill may run that elsewhere", async () => {
    const value = together(noting("a"), noting("b", fixed("b"), { sleep: fixed(0.01) }), noting("c"));
    const id = await push(engine, value);
    expect(await ended(engine, id)).toMatchObject({ result: "a c" });
  });

  it.each([
    ["loop", forloop("each", fixed([1, 2]), [noting("x")], { parallel: true })],
    ["branches", branchall("both", [[noting("x")], [noting("y")]], { parallel: true })],
  ])("fails at a parallel %s", async (_, parallel) => {
    const message = expect.stringContaining("parallel cannot be used in conjunction with same_worker");
    expect(await run(together(noting("a"), parallel))).toMatchObject({
      success: false,
      result: { error: { message } },
    });
    await gone(engine);
  });

  it("runs a parallel loop over one item", async () => {
    const loop = forloop("each", fixed([1]), [noting("x")], { parallel: true });
    expect(await run(together(noting("a"), loop))).toMatchObject({ success: true, result: ["a x"] });
  });

  it("does not share it with another run of the same flow, and takes it away when it is canceled", async () => {
    const go = join(engine.dataDir, "never");
    const held = await push(engine, together(code("a", hold, { line: fixed("first"), go: fixed(go) })));
    const notes = join(engine.dataDir, "shared", held, "notes");
    await expect.poll(() => existsSync(notes), SOON).toBe(true);
    expect(await run(together(noting("a")))).toMatchObject({ result: "a" });
    await engine.api(`/w/{w}/jobs_u/queue/cancel/${held}`, json({ reason: "enough" }));
    await gone(engine);
  });

  it("is pushed and run by the CLI", async () => {
    const definition = { summary: "Notes", description: "", value: together(noting("a"), noting("b")), schema: {} };
    const files = { ...folderFiles("demo"), "f/demo/notes__flow/flow.yaml": stringify(definition) };
    const { dir: cwd } = checkout(files);
    expect(await engine.wmill(["sync", "push", "--yes"], { cwd })).toMatchObject({ code: 0 });
    const { stdout, code: exit } = await engine.wmill(["flow", "run", "f/demo/notes", "-s"], { cwd });
    expect({ exit, stdout }).toEqual({ exit: 0, stdout: expect.stringContaining("a b") });
  });
});

describe("a job outside of such a flow", () => {
  let engine: TestEngine;
  beforeAll(async () => {
    engine = await startEngine();
  });
  afterAll(() => engine.stop());

  it("has an empty ./shared of its own, as on Windmill", async () => {
    await engine.deploy("f/demo/note", note);
    expect((await engine.run("f/demo/note", { line: "alone" })).body).toBe("alone");
    expect((await engine.run("f/demo/note", { line: "again" })).body).toBe("again");
    expect(await ended(engine, await push(engine, flow(noting("a"), noting("b"))))).toMatchObject({ result: "b" });
  });

  it("keeps its own although it is a step of a flow that is one", async () => {
    await engine.create("flows", { path: "f/demo/apart", summary: "", value: flow(noting("x"), noting("y")) });
    const value = together(noting("a"), module("b", { type: "flow", path: "f/demo/apart", input_transforms: {} }));
    expect(await ended(engine, await push(engine, value))).toMatchObject({ result: "y" });
  });
});

describe("an engine that is killed", () => {
  it("keeps ./shared for a flow that goes on, and takes it away after it and after those that have ended", async () => {
    const first = await startEngine();
    const go = join(first.dataDir, "go");
    const id = await push(
      first,
      together(noting("a"), code("b", hold, { line: fixed("b"), go: fixed(go) }), noting("c")),
    );
    const notes = join(first.dataDir, "shared", id, "notes");
    await expect.poll(() => existsSync(notes) && folders(first).length, SOON).toBe(1);
    const left = await push(first, together(noting("z")));
    await ended(first, left);
    await first.kill();
    // As if it had been killed between the end of the flow and the removal.
    mkdirSync(join(first.dataDir, "shared", left), { recursive: true });
    const second = await startEngine({ dataDir: first.dataDir });
    try {
      writeFileSync(go, "");
      const { success, result } = await ended(second, id);
      // The step at work starts once more, as after any crash, and may have left its line twice.
      expect({ success, result }).toEqual({ success: true, result: expect.stringMatching(/^a( b){1,2} c$/) });
      await gone(second);
    } finally {
      await second.stop();
      rmSync(first.dataDir, { recursive: true, force: true });
    }
  });
});
