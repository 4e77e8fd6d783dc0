import { once } from "node:events";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../../support/engine.ts";
import { connect, tokenWith } from "../../../support/mcp.ts";

const LIST = { jsonrpc: "2.0", id: 1, method: "tools/list" };

let engine: TestEngine;
let token: string;
beforeAll(async () => {
  engine = await startEngine();
  token = await tokenWith(engine, ["mcp:all"]);
  await engine.deploy("f/a/hello", "export function main() { return 'hello'; }");
});
afterAll(() => engine.stop());

/** Posts a JSON-RPC message as a client without the SDK would; resolves to the status and what came back. */
async function post(message: unknown, headers: Record<string, string> = {}, path = "/mcp/w/{w}/mcp") {
  const answer = await engine.api(path, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      authorization: `Bearer ${token}`,
      ...headers,
    },
    body: typeof message === "string" ? message : JSON.stringify(message),
  });
  const text = await answer.text();
  const data = /^data: (.*)$/m.exec(text)?.[1] ?? text;
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    reply: data.startsWith("{") ? JSON.parse(data) : null,
  };
}

describe("the endpoint", () => {
  it("wants a token, and says for what", async () => {
    for (const authorization of ["", "Bearer wrong"]) {
      const { status, headers, text } = await post(LIST, { authorization });
      expect({ status, text }).toEqual({ status: 401, text: "Unauthorized" });
      expect(headers.get("www-authenticate")).toBe(`Bearer resource="${engine.url}/api/mcp/w/${engine.workspace}/mcp"`);
    }
  });

  it("takes the token from the address too", async () => {
    const { status, reply } = await post(LIST, { authorization: "" }, `/mcp/w/{w}/mcp?token=${token}`);
    expect(status).toBe(200);
    expect(reply.result.tools[0].name).toBe("s-f_a_hello");
  });

  it("serves one workspace", async () => {
    expect((await post(LIST, {}, "/mcp/w/another/mcp")).status).toBe(401);
  });

  it("lets nobody use a token of MCP anywhere else", async () => {
    const answer = await engine.api("/w/{w}/scripts/list", { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(401);
  });

  it("keeps no sessions: any request stands for itself, and GET and DELETE have nothing to do", async () => {
    const { headers, reply } = await post(LIST);
    expect(headers.get("mcp-session-id")).toBeNull();
    expect(reply.result.tools).toBeInstanceOf(Array);
    for (const method of ["GET", "DELETE"]) {
      const headers = { authorization: `Bearer ${token}`, accept: "text/event-stream" };
      expect((await engine.api("/mcp/w/{w}/mcp", { method, headers })).status).toBe(405);
    }
    const { status, text } = await post({ jsonrpc: "2.0", method: "notifications/initialized" });
    expect({ status, text }).toEqual({ status: 202, text: "" });
  });

  it("asks only for the token: any host and any origin will do, as behind a proxy", async () => {
    const headers = {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      authorization: `Bearer ${token}`,
      host: "windmill.example.com",
      origin: "https://elsewhere.example.com",
    };
    // Not with fetch, which always sends the host that it connects to.
    const asked = request(`${engine.url}/api/mcp/w/${engine.workspace}/mcp`, { method: "POST", headers });
    const answered = once(asked, "response");
    asked.end(JSON.stringify(LIST));
    const [{ statusCode }] = await answered;
    asked.destroy();
    expect(statusCode).toBe(200);
  });

  it.each([
    ["no JSON", "{", {}, 400],
    ["no JSON-RPC", { hello: 1 }, {}, 400],
    ["another type", LIST, { "content-type": "text/plain" }, 415],
    ["a client that takes no events", LIST, { accept: "application/json" }, 406],
  ])("refuses %s", async (_what, message, headers, status) => {
    const answer = await post(message, headers);
    expect(answer.status).toBe(status);
    expect(answer.reply.error.code).toBeLessThan(0);
  });

  it("refuses what of Windmill's it lacks", async () => {
    const { status, text } = await post(LIST, {}, "/mcp/w/{w}/mcp?include_header=x-user");
    expect({ status, text }).toEqual({
      status: 400,
      text: "Bad request: the local engine does not serve include_header over MCP",
    });
    expect((await post({ ...LIST, method: "prompts/get" })).reply.error).toMatchObject({ code: -32601 });
  });

  it.each([
    ["resources/list", { resources: [] }],
    ["resources/templates/list", { resourceTemplates: [] }],
    ["prompts/list", { prompts: [] }],
  ])("answers %s with an empty list", async (method, result) => {
    expect((await post({ ...LIST, method })).reply.result).toEqual(result);
  });
});

describe("the protocol", () => {
  const initialize = async (protocolVersion: string) => {
    const params = { protocolVersion, capabilities: {}, clientInfo: { name: "x", version: "1" } };
    return (await post({ ...LIST, method: "initialize", params })).reply.result;
  };

  it.each(["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])("of %s is spoken", async (version) => {
    expect(await initialize(version)).toMatchObject({ protocolVersion: version, capabilities: { tools: {} } });
  });

  it("is the newest with `initialize` for clients that want another", async () => {
    expect((await initialize("1999-01-01")).protocolVersion).toBe("2025-11-25");
  });

  it("of 2026-07-28 is spoken without `initialize`", async () => {
    const { client, call } = await connect(engine, undefined, { protocol: { pin: "2026-07-28" } });
    expect(client.getNegotiatedProtocolVersion()).toBe("2026-07-28");
    expect((await call("s-f_a_hello")).value).toBe("hello");
  });

  it("names Windmill", async () => {
    const { client } = await connect(engine);
    const version = (await (await engine.api("/version")).text()).replace("CE v", "");
    expect(client.getServerVersion()).toMatchObject({ name: "windmill", title: "Windmill", version });
    expect(client.getServerCapabilities()).toEqual({ tools: {} });
    expect(client.getInstructions()).toMatch(/scripts and flows/);
  });

  it("is spoken at the endpoint's old name too", async () => {
    const { call } = await connect(engine, undefined, { endpoint: "sse" });
    expect((await call("s-f_a_hello")).value).toBe("hello");
  });
});

describe("list_tools", () => {
  it("answers the endpoint tools with what they take", async () => {
    const tools = (await (await engine.api("/mcp/w/{w}/list_tools")).json()) as Record<string, unknown>[];
    expect(tools.find(({ name }) => name === "updateVariable")).toMatchObject({
      method: "POST",
      path: "/w/{workspace}/variables/update/{path}",
      path_params_schema: { properties: { path: { type: "string" } }, required: ["path"] },
      query_params_schema: null,
      body_field_renames: { path__body: "path" },
    });
    const anonymous = await engine.api("/mcp/w/{w}/list_tools", { headers: { authorization: "" } });
    expect(anonymous.status).toBe(401);
  });
});
