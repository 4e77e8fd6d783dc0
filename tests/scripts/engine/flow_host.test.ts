import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../support/engine.ts";

let engine: TestEngine;
let made = 0;

beforeAll(async () => {
  engine = await startEngine({ workers: 2 });
  await engine.deploy("f/test/add", "export function main(a: number, b: number) { return a + b; }");
  await engine.deploy("f/test/fail", `export function main(why = "no") { throw new Error(why); }`);
});
afterAll(() => engine.stop());

type Module = { id: string; value: Record<string, unknown> } & Record<string, unknown>;
type Job = { id: string; flow_step_id?: string; job_kind: string; script_path?: string; root_job?: string };

/** Deploys a flow of these modules. */
async function flow(modules: Module[], more: Record<string, unknown> = {}): Promise<string> {
  const path = `f/test/flow_${made++}`;
  await engine.create("flows", { path, summary: "", description: "", value: { modules, ...more }, schema: {} });
  return path;
}

const post = async (path: string, args: unknown, family = "run_wait_result") =>
  engine.api(`/w/{w}/jobs/${family}/f/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(args),
  });

async function run(modules: Module[], args: unknown = {}, more: Record<string, unknown> = {}) {
  const answer = await post(await flow(modules, more), args);
  return { status: answer.status, body: await answer.json() };
}

const js = (expr: string) => ({ type: "javascript", expr });
const step = (id: string, path: string, transforms: Record<string, unknown> = {}, more = {}): Module => ({
  id,
  value: { type: "script", path, input_transforms: transforms },
  ...more,
});
const raw = (id: string, content: string, transforms: Record<string, unknown> = {}, more = {}): Module => ({
  id,
  value: { type: "rawscript", language: "bun", content, input_transforms: transforms },
  ...more,
});

describe("a flow", () => {
  it("passes arguments and results from step to step", async () => {
    const { status, body } = await run(
      [
        step("a", "f/test/add", { a: js("flow_input.n"), b: { type: "static", value: 1 } }),
        raw("b", "export function main(x: number) { return { x, step: process.env.WM_FLOW_STEP_ID }; }", {
          x: js("results.a * 10"),
        }),
      ],
      { n: 4 },
    );
    expect({ status, body }).toEqual({ status: 200, body: { x: 50, step: "b" } });
  });

  it("fills in variables and resources when a step runs", async () => {
    await engine.create("variables", { path: "f/test/secret", value: "s3cret", is_secret: true, description: "" });
    await engine.create("resources", {
      path: "f/test/db",
      value: { password: "$var:f/test/secret" },
      resource_type: "c",
    });
    const echo = "export function main(r: unknown, v: string, e: string) { return { r, v, e }; }";
    const { body } = await run([
      raw("a", echo, {
        r: { type: "static", value: "$res:f/test/db" },
        v: js("variable('f/test/secret')"),
        e: js("resource('f/test/db').password"),
      }),
    ]);
    expect(body).toEqual({ r: { password: "s3cret" }, v: "s3cret", e: "s3cret" });
  });

  it("branches, loops, and hands a failure to its failure module", async () => {
    const loop = {
      id: "loop",
      value: {
        type: "forloopflow",
        iterator: js("flow_input.list"),
        skip_failures: false,
        modules: [step("add", "f/test/add", { a: js("flow_input.iter.value"), b: js("flow_input.iter.index") })],
      },
    };
    const branch = {
      id: "branch",
      value: {
        type: "branchone",
        branches: [{ expr: "results.loop.length > 5", modules: [] }],
        default: [step("boom", "f/test/fail", { why: js("'sum ' + results.loop.join()") })],
      },
    };
    const failure_module = raw("failure", "export function main(m: string) { return { handled: m }; }", {
      m: js("error.message"),
    });
    const { status, body } = await run([loop, branch], { list: [1, 2, 3] }, { failure_module });
    expect({ status, body }).toEqual({ status: 422, body: { handled: "sum 1,3,5" } });
  });

  it("tries a failing step again", async () => {
    const content = `import { existsSync, writeFileSync } from "node:fs";
      export function main(file: string) {
        if (!existsSync(file)) { writeFileSync(file, ""); throw new Error("first time"); }
        return "second time";
      }`;
    const retry = { retry: { constant: { attempts: 1, seconds: 0 } } };
    const file = { type: "static", value: `${engine.dataDir}/tried` };
    expect((await run([raw("a", content, { file }, retry)])).body).toBe("second time");
  });

  it("imports other scripts from an inline step", async () => {
    await engine.deploy("f/test/lib", "export const twice = (n: number) => n * 2;");
    const content = `import { twice } from "../lib.ts"; import { twice as again } from "/f/test/lib";
      export function main() { return twice(again(2)); }`;
    expect((await run([raw("a", content)])).body).toBe(8);
  });

  it("gives its steps a parent, a root and their path", async () => {
    const inner = await flow([raw("i", "export function main() { return process.env; }")]);
    const outer = await flow([{ id: "o", value: { type: "flow", path: inner, input_transforms: {} } }]);
    const env = await (await post(outer, {})).json();
    const jobs = (await (await engine.api("/w/{w}/jobs/list?per_page=3")).json()) as Job[];
    const root = jobs.find((job) => job.script_path === outer) as Job;
    const child = jobs.find((job) => job.script_path === inner) as Job;
    expect(env).toMatchObject({
      WM_FLOW_JOB_ID: child.id,
      WM_ROOT_FLOW_JOB_ID: root.id,
      WM_FLOW_PATH: inner,
      WM_JOB_PATH: `${inner}/i`,
      WM_STATE_PATH: `${inner}/i_user`,
    });
    expect(jobs.map((job) => [job.job_kind, job.root_job ?? null])).toEqual([
      ["preview", root.id],
      ["flow", root.id],
      ["flow", null],
    ]);
  });

  it("runs its preprocessor only when a request started it", async () => {
    const preprocessor_module = raw(
      "preprocessor",
      "export function preprocessor(event: { body: { n: number } }) { return { n: event.body.n + 1 }; }",
    );
    const path = await flow([raw("a", "export function main(n: number) { return n; }", { n: js("flow_input.n") })], {
      preprocessor_module,
    });
    expect(await (await post(path, { n: 1 })).json()).toBe(2);
    const skipped = await engine.api(`/w/{w}/jobs/run_wait_result/f/${path}?skip_preprocessor=true`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"n":1}',
    });
    expect(await skipped.json()).toBe(1);
    expect((await run([{ id: "sub", value: { type: "flow", path, input_transforms: { n: js("5") } } }])).body).toBe(5);
  });

  it("fails by name for a step that does not exist", async () => {
    const { status, body } = await run([step("a", "f/test/none")]);
    expect(status).toBe(422);
    expect(body.error.message).toContain("f/test/none");
  });

  it("of which nothing is to be run refuses to be deployed", async () => {
    await expect(engine.create("flows", { path: "f/test/empty", value: {} })).rejects.toThrow(/400.*no modules/);
  });

  it("that is canceled ends with everything below it", async () => {
    const path = await flow([
      raw("slow", "export async function main() { await new Promise((r) => setTimeout(r, 60_000)); }"),
    ]);
    const id = await (await post(path, {}, "run")).text();
    const jobs = async () =>
      (await (await engine.api(`/w/{w}/jobs/list?parent_job=${id}`)).json()) as {
        running?: boolean;
        type: string;
        canceled: boolean;
      }[];
    await expect.poll(async () => (await jobs())[0]?.running).toBe(true);
    await engine.api(`/w/{w}/jobs_u/queue/cancel/${id}`, { method: "POST", body: '{"reason":"enough"}' });
    const { result, success } = await (await engine.api(`/w/{w}/jobs_u/completed/get_result_maybe/${id}`)).json();
    expect(success).toBe(false);
    expect(result.error).toEqual({
      name: "Canceled",
      message: "Job canceled: enough by admin",
      reason: "enough",
      canceler: "admin",
    });
    await expect.poll(async () => (await jobs())[0]).toMatchObject({ type: "CompletedJob", canceled: true });
  });
});
