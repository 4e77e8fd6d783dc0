import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../../support/engine.ts";
import { connect, type McpClient } from "../../../support/mcp.ts";

const SCRIPTS = {
  "f/run/greet": "export function main(name = 'you', when?: Date) { return { name, year: when?.getFullYear() }; }",
  "f/run/fail": "export function main() { throw Object.assign(new Error('no stock'), { sku: 7 }); }",
  "f/run/strict":
    "export function main(count: number) { if (count === undefined) throw new Error('count?'); return count; }",
  "f/run/nothing": "export function main() {}",
  "f/run/text": "export function main() { return { windmill_content_type: 'text/plain', result: 'just text' }; }",
  "f/run/status": "export function main() { return { windmill_status_code: 404, result: { gone: true } }; }",
  "f/run/large": "export function main() { return 'é'.repeat(60_000); }",
  "f/run/secret": "export function main(it: string) { return it; }",
  "f/run/slow": "export async function main() { await new Promise((done) => setTimeout(done, 60_000)); }",
  "f/run/gate":
    "export async function preprocessor(event: any) { return { event }; } export function main(event: any) { return event; }",
};

let engine: TestEngine;
let mcp: McpClient;
beforeAll(async () => {
  engine = await startEngine();
  for (const [path, content] of Object.entries(SCRIPTS)) await engine.deploy(path, content);
  const step = {
    type: "script",
    path: "f/run/greet",
    input_transforms: { name: { type: "javascript", expr: "flow_input.who" } },
  };
  await engine.create("flows", { path: "f/run/flow", summary: "", value: { modules: [{ id: "a", value: step }] } });
  const failing = { type: "script", path: "f/run/fail", input_transforms: {} };
  await engine.create("flows", { path: "f/run/bad", summary: "", value: { modules: [{ id: "a", value: failing }] } });
  await engine.create("variables", { path: "f/run/word", value: "swordfish", is_secret: true, description: "" });
  mcp = await connect(engine);
});
afterAll(() => engine.stop());

describe("a call", () => {
  it("runs the script with the arguments that are given, and its defaults for the others", async () => {
    expect(await mcp.call("s-f_run_greet")).toEqual({ value: { name: "you", year: null }, isError: false });
    const args = { name: "Ada", when: "2001-02-03T04:05:06Z", more: 1 };
    expect(await mcp.call("s-f_run_greet", args)).toEqual({ value: { name: "Ada", year: 2001 }, isError: false });
  });

  it("runs a flow to its end", async () => {
    expect(await mcp.call("f-f_run_flow", { who: "Ada" })).toMatchObject({ value: { name: "Ada" }, isError: false });
  });

  it("answers a failed job with its error, which for Windmill is an answer like any other", async () => {
    const error = { name: "Error", message: "no stock", extra: { sku: 7 } };
    expect(await mcp.call("s-f_run_fail")).toMatchObject({ value: { error }, isError: false });
    expect(await mcp.call("f-f_run_bad")).toMatchObject({ value: { error }, isError: false });
  });

  it("with wrong arguments runs, and the script says what is wrong", async () => {
    expect(await mcp.call("s-f_run_strict", { cuont: 1 })).toMatchObject({ value: { error: { message: "count?" } } });
  });

  it.each([
    ["nothing", null],
    ["text", "just text"],
    ["status", { gone: true }],
  ])("answers what %s returned as JSON", async (name, value) => {
    expect(await mcp.call(`s-f_run_${name}`)).toEqual({ value, isError: false });
  });

  it("is written so that people can read it", async () => {
    const { content } = await mcp.client.callTool({ name: "s-f_run_greet" });
    expect(content).toEqual([{ type: "text", text: '{\n  "name": "you",\n  "year": null\n}' }]);
  });

  it("cuts what no client takes", async () => {
    const { content } = await mcp.client.callTool({ name: "s-f_run_large" });
    const [only] = content as { text: string }[];
    const [kept = "", note] = only?.text.split("\n\n") ?? [];
    expect(note).toBe("[truncated — result exceeded 25,000 token limit]");
    expect(Buffer.byteLength(kept)).toBeGreaterThan(87_490);
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(87_500);
    expect(kept).toMatch(/^"é+$/);
  });

  it("fills in references like any other run", async () => {
    expect((await mcp.call("s-f_run_secret", { it: "$var:f/run/word" })).value).toBe("swordfish");
  });

  it("shows a preprocessor what was sent, but not the token", async () => {
    const { value } = await mcp.call("s-f_run_gate", { order: 1 });
    expect(value).toMatchObject({ kind: "mcp", tool_name: "s-f_run_gate", body: { order: 1 } });
    expect((value as { headers: Record<string, string> }).headers).toHaveProperty("content-type");
    expect((value as { headers: Record<string, string> }).headers).not.toHaveProperty("authorization");
  });

  it.each(["legacy", { pin: "2026-07-28" }] as const)(
    "cancels its job when the client leaves (%j)",
    async (protocol) => {
      const leaving = await connect(engine, undefined, { protocol });
      const latest = async (): Promise<Record<string, unknown>> =>
        (await (await engine.api("/w/{w}/jobs/list?script_path_exact=f/run/slow")).json())[0] ?? {};
      const before = (await latest()).id;
      const done = leaving.call("s-f_run_slow");
      await expect.poll(async () => (await latest()).id !== before && (await latest()).running).toBe(true);
      await leaving.client.close();
      expect(await done).toHaveProperty("error");
      await expect.poll(async () => (await latest()).canceled).toBe(true);
    },
  );
});

describe("a tool that is not there", () => {
  it.each([
    ["nope", "Failed to parse tool name: Invalid tool name prefix: nope"],
    [
      "s-f_run_gone",
      "failed to fetch item schema: no rows returned by a query that expected to return at least one row",
    ],
    [
      "f-f_run_greet",
      "failed to fetch item schema: no rows returned by a query that expected to return at least one row",
    ],
    ["S-f_run_gone0123456789abcdef", "No script found matching hashed tool name 'S-f_run_gone0123456789abcdef'"],
    ["hs-12-slack", "the local engine does not serve scripts of the Hub such as hs-12-slack"],
    ["listWorkers", "the local engine does not serve the tool listWorkers"],
  ])("%s is refused", async (name, error) => {
    expect(await mcp.call(name)).toEqual({ error, code: -32603 });
  });
});
