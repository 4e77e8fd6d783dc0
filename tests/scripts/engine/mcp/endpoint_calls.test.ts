import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ABSENT_ENDPOINTS, ENDPOINTS } from "../../../../scripts/engine/mcp/endpoints.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";
import { connect, type McpClient } from "../../../support/mcp.ts";

const HELLO = "export function main(name = 'you') { return 'hello ' + name; }";

let engine: TestEngine;
let mcp: McpClient;
beforeAll(async () => {
  engine = await startEngine();
  for (const path of ["f/open/hello", "f/closed/hello"]) await engine.deploy(path, HELLO);
  mcp = await connect(engine);
});
afterAll(() => engine.stop());

const denied = (what: string) => ({ error: `Access denied: ${what}`, code: -32603 });

describe("the endpoint tools", () => {
  it("say how they change things, and what they take", async () => {
    const tools = await mcp.tools();
    const hints = (name: string) => tools.find((one) => one.name === name)?.annotations;
    expect(hints("getVariable")).toEqual({
      title: "GET /w/{workspace}/variables/get/{path}",
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: true,
    });
    expect(hints("createFlow")).toMatchObject({ readOnlyHint: false, destructiveHint: true, idempotentHint: false });
    expect(hints("deleteFlowByPath")).toMatchObject({ destructiveHint: true, idempotentHint: true });
    expect(tools.find(({ name }) => name === "listScripts")?.inputSchema.properties?.page).toMatchObject({
      type: "number",
    });
    expect(tools.find(({ name }) => name === "updateFlow")?.inputSchema.required).toEqual(["path", "summary", "value"]);
  });

  it("all have an endpoint", async () => {
    for (const { name } of ENDPOINTS) {
      const args = { path: "f/no/such", id: "00000000-0000-0000-0000-000000000000", path__body: "f/no/such" };
      expect((await mcp.call(name, args)).error ?? "", name).not.toMatch(/does not serve/);
    }
  });

  it.each(ABSENT_ENDPOINTS)("lack %s, which is refused by name", async (name) => {
    expect(await mcp.call(name)).toEqual({ error: `the local engine does not serve the tool ${name}`, code: -32603 });
    expect(await mcp.names()).not.toContain(name);
  });
});

describe("a call of an endpoint tool", () => {
  it("makes, reads, moves, lists and deletes a variable", async () => {
    const path = "f/open/word";
    const made = { path, value: "x", is_secret: false, description: "A word" };
    expect(await mcp.call("createVariable", made)).toEqual({ value: `variable ${path} created`, isError: false });
    expect((await mcp.call("updateVariable", { path, value: "y", description: null })).error).toBeUndefined();
    expect((await mcp.call("getVariable", { path })).value).toMatchObject({ path, value: "y", description: "A word" });
    await mcp.call("updateVariable", { path, path__body: `${path}_2` });
    expect((await mcp.call("listVariable", { per_page: 1 })).value).toMatchObject([{ path: `${path}_2` }]);
    expect((await mcp.call("deleteVariable", { path: `${path}_2` })).isError).toBe(false);
    expect(await mcp.call("getVariable", { path })).toEqual({
      error: `HTTP 404 Not Found: Not found: Variable not found at name ${path}`,
      code: -32603,
    });
  });

  it("runs scripts and flows, whose arguments are all that is not the path", async () => {
    const { value: id } = await mcp.call("runScriptByPath", { path: "f/open/hello", name: "Ada" });
    await expect
      .poll(async () => ((await mcp.call("getJob", { id })).value as { result?: unknown }).result)
      .toBe("hello Ada");
    expect((await mcp.call("listJobs", { script_path_exact: "f/open/hello" })).value).toMatchObject([{ id }]);
    const script = { type: "script", path: "f/open/hello", input_transforms: {} };
    const flow = { path: "f/open/flow", summary: "", value: { modules: [{ id: "a", value: script }] } };
    expect((await mcp.call("createFlow", flow)).value).toBe("f/open/flow");
    const updated = { ...flow, summary: "Hello", path__body: "" };
    expect((await mcp.call("updateFlow", updated)).value).toBe("f/open/flow");
    const { value: flowId } = await mcp.call("runFlowByPath", { path: "f/open/flow" });
    await expect
      .poll(async () => ((await mcp.call("getJob", { id: flowId })).value as { result?: unknown }).result)
      .toBe("hello you");
  });

  it("runs code that is not deployed", async () => {
    const preview = { content: HELLO, language: "bun", args: { name: "Ada" } };
    expect((await mcp.call("runScriptPreviewAndWaitResult", preview)).value).toBe("hello Ada");
  });

  it("without the path it needs is refused", async () => {
    expect(await mcp.call("getVariable")).toEqual({ error: "Missing required path parameter: path", code: -32602 });
    expect((await mcp.call("runScriptByPath", { name: "x" })).error).toMatch(/^Missing required 'path' argument/);
  });

  it.each([
    "../../users/whoami",
    "f/a/../../../x",
    "f//x",
    "/f/x",
    "f/x/",
    "",
    "f/./x",
    "f/%2e%2e/x",
    "f\\..\\x",
    "f/x?token=1",
    "f/x#y",
    "f/.\t./x",
  ])("cannot be led elsewhere by the path %j", async (path) => {
    expect(await mcp.call("getVariable", { path })).toMatchObject({
      error: expect.stringMatching(/^Invalid path parameter 'path': /),
      code: -32602,
    });
  });
});

describe("a scoped token", () => {
  it("calls the endpoints that it names and no others", async () => {
    const one = await connect(engine, ["mcp:endpoints:listScripts"]);
    expect(await one.names()).toEqual(["listScripts"]);
    expect((await one.call("listScripts")).value).toHaveLength(2);
    expect(await one.call("listFlows")).toEqual(denied("endpoint 'listFlows' not in token scope"));
  });

  it("reads, writes and runs only at the paths that it names", async () => {
    const team = await connect(engine, ["mcp:scripts:f/open/*", "mcp:endpoints:*"]);
    const other = "script 'f/closed/hello' not in token scope";
    expect((await team.call("getScriptByPath", { path: "f/open/hello" })).isError).toBe(false);
    expect((await team.call("runScriptByPath", { path: "f/open/hello" })).isError).toBe(false);
    for (const name of ["getScriptByPath", "runScriptByPath", "createScript"])
      expect(await team.call(name, { path: "f/closed/hello" })).toEqual(denied(other));
    const preview = { content: HELLO, language: "bun", args: {} };
    expect((await team.call("runScriptPreviewAndWaitResult", preview)).error).toMatch(
      /restricted to specific script paths/,
    );
    expect(await team.names()).not.toContain("runScriptPreviewAndWaitResult");
    expect(await team.names()).not.toContain("runFlowByPath");
  });

  it("moves flows only within the paths that it names", async () => {
    const team = await connect(engine, ["mcp:flows:f/open/*", "mcp:endpoints:*"]);
    const flow = { path: "f/open/own", summary: "", value: { modules: [] } };
    expect((await team.call("createFlow", flow)).isError).toBe(false);
    expect((await team.call("updateFlow", flow)).isError).toBe(false);
    expect(await team.call("updateFlow", { ...flow, path__body: "f/closed/own" })).toEqual(
      denied("flow 'f/closed/own' not in token scope"),
    );
  });

  it("keeps the limits that it has outside MCP", async () => {
    for (const path of ["f/open/a", "f/closed/a"])
      await engine.create("variables", { path, value: "x", is_secret: false, description: "" });
    const mixed = await connect(engine, ["mcp:endpoints:getVariable", "variables:read:f/open/*"]);
    expect((await mixed.call("getVariable", { path: "f/open/a" })).value).toMatchObject({ value: "x" });
    expect((await mixed.call("getVariable", { path: "f/closed/a" })).error).toMatch(/^HTTP 401/);
  });

  it("leaves nothing behind that could be used again", async () => {
    const before = await (await engine.api("/users/tokens/list")).json();
    await mcp.call("listScripts");
    expect(await (await engine.api("/users/tokens/list")).json()).toEqual(before);
  });
});
