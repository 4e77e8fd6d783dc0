import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

const meta = (summary: string) =>
  stringify({ summary, description: "", lock: "", schema: { type: "object", properties: {}, required: [] } });

const files: Record<string, string> = {
  "wmill.yaml": stringify({ defaultTs: "bun", includes: ["f/shop/**"], excludes: [], nonDottedPaths: true }),
  "f/shop/folder.meta.yaml": stringify({ display_name: "shop", owners: [], extra_perms: {} }),
  "f/shop/price.ts": "export async function main(item: string, factor = 2) { return item.length * factor; }\n",
  "f/shop/price.script.yaml": meta("Price of an item"),
  "f/shop/refuse.ts": 'export async function main() { throw new Error("sold out"); }\n',
  "f/shop/refuse.script.yaml": meta("Refuses"),
  "f/shop/bill__flow/add_up.ts":
    'import { label } from "../label.ts";\n' +
    "export async function main(prices: number[]) { return label(prices.reduce((a, b) => a + b, 0)); }\n",
  "f/shop/label.ts": 'export const label = (n: number) => "total " + n;\n',
  "f/shop/label.script.yaml": meta("Label"),
  "f/shop/bill__flow/flow.yaml": stringify({
    summary: "Bill",
    description: "",
    value: {
      modules: [
        {
          id: "each",
          value: {
            type: "forloopflow",
            iterator: { type: "javascript", expr: "flow_input.items" },
            skip_failures: false,
            modules: [
              {
                id: "price",
                value: {
                  type: "script",
                  path: "f/shop/price",
                  input_transforms: { item: { type: "javascript", expr: "flow_input.iter.value" } },
                },
              },
            ],
          },
        },
        {
          id: "add_up",
          value: {
            type: "rawscript",
            language: "bun",
            content: "!inline add_up.ts",
            input_transforms: { prices: { type: "javascript", expr: "results.each" } },
          },
        },
      ],
    },
    schema: { type: "object", properties: { items: { type: "array" } }, required: ["items"] },
  }),
  "f/shop/sale__flow/flow.yaml": stringify({
    summary: "Sale",
    description: "",
    value: {
      modules: [
        {
          id: "a",
          value: { type: "script", path: "f/shop/refuse", input_transforms: {} },
          retry: { constant: { attempts: 1, seconds: 0 } },
        },
      ],
      failure_module: {
        id: "failure",
        value: {
          type: "rawscript",
          language: "bun",
          content: "export async function main(message: string, step: string) { return { message, step }; }",
          input_transforms: {
            message: { type: "javascript", expr: "error.message" },
            step: { type: "javascript", expr: "error.step_id" },
          },
        },
      },
    },
    schema: { type: "object", properties: {}, required: [] },
  }),
};

const cwd = mkdtempSync(join(tmpdir(), "run8n-flows-"));
let engine: TestEngine;

beforeAll(async () => {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), content);
  }
  engine = await startEngine();
  const push = await engine.wmill(["sync", "push", "--yes"], { cwd });
  expect(push, `${push.stdout}${push.stderr}`).toMatchObject({ code: 0 });
});

afterAll(async () => {
  await engine.stop();
  rmSync(cwd, { recursive: true, force: true });
});

const flowRun = (path: string, args: object) =>
  engine.wmill(["flow", "run", path, "-d", JSON.stringify(args), "-s"], { cwd });

const wait = async (path: string, args: object) => {
  const response = await engine.api(`/w/{w}/jobs/run_wait_result/f/${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(args),
  });
  return { status: response.status, body: await response.json() };
};

describe("a flow that the real CLI has pushed", () => {
  it("runs from the CLI", async () => {
    const { code, stdout, stderr } = await flowRun("f/shop/bill", { items: ["ab", "cde"] });
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toContain("total 10");
  });

  it("runs from the CLI step by step", async () => {
    const { code, stdout } = await engine.wmill(["flow", "run", "f/shop/bill", "-d", '{"items":["ab"]}'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("total 4");
  });

  it("answers over HTTP", async () => {
    expect(await wait("f/shop/bill", { items: [] })).toEqual({ status: 200, body: "total 0" });
  });

  it("answers 422 with what the failure module made of a failure", async () => {
    expect(await wait("f/shop/sale", {})).toEqual({ status: 422, body: { message: "sold out", step: "a" } });
  });

  it("shows where it stands in Windmill's shape", async () => {
    const started = await engine.api("/w/{w}/jobs/run/f/f/shop/bill", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"items":["a"]}',
    });
    const id = await started.text();
    const get = async () => (await (await engine.api(`/w/{w}/jobs_u/get/${id}`)).json()) as Record<string, unknown>;
    await expect.poll(async () => (await get()).type, { timeout: 10_000 }).toBe("CompletedJob");
    expect(await get()).toMatchObject({
      job_kind: "flow",
      success: true,
      flow_status: {
        step: 2,
        modules: [
          { type: "Success", id: "each", flow_jobs: [expect.any(String)], flow_jobs_success: [true] },
          { type: "Success", id: "add_up", job: expect.any(String) },
        ],
        failure_module: { type: "WaitingForPriorSteps", id: "failure" },
      },
    });
  });
});
