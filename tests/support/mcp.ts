import { Client, StreamableHTTPClientTransport, type Tool } from "@modelcontextprotocol/client";
import type { TestEngine } from "./engine.ts";

/** What a tool call ends with: the parsed text of its one content, or the message of a JSON-RPC error. */
export type ToolAnswer = { value?: unknown; isError?: boolean; error?: string; code?: number };

export type McpClient = {
  client: Client;
  tools(): Promise<Tool[]>;
  names(): Promise<string[]>;
  call(name: string, args?: Record<string, unknown>): Promise<ToolAnswer>;
};

type Options = {
  endpoint?: "mcp" | "sse";
  headers?: Record<string, string>;
  /** `legacy` begins with `initialize`, `{ pin: "2026-07-28" }` does without. */
  protocol?: "legacy" | { pin: string };
};

/** A token of the engine with the given scopes. */
export async function tokenWith(engine: TestEngine, scopes?: string[]): Promise<string> {
  const answer = await engine.api("/users/tokens/create", { method: "POST", body: JSON.stringify({ scopes }) });
  if (answer.status !== 201) throw new Error(`no token: ${await answer.text()}`);
  return answer.text();
}

/** The official client, connected to the engine's MCP endpoint with a token of its own. */
export async function connect(engine: TestEngine, scopes?: string[], options?: Options): Promise<McpClient> {
  const { endpoint = "mcp", headers = {}, protocol = "legacy" } = options ?? {};
  const token = await tokenWith(engine, scopes ?? ["mcp:all"]);
  const client = new Client({ name: "run8n-test", version: "1.0.0" }, { versionNegotiation: { mode: protocol } });
  const url = new URL(`${engine.url}/api/mcp/w/${engine.workspace}/${endpoint}`);
  const requestInit = { headers: { authorization: `Bearer ${token}`, ...headers } };
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit }));
  const tools = async () => (await client.listTools()).tools;
  return {
    client,
    tools,
    names: async () => (await tools()).map(({ name }) => name),
    async call(name, args) {
      try {
        const { content, isError } = await client.callTool({ name, ...(args ? { arguments: args } : {}) });
        const [only, ...others] = content;
        if (only?.type !== "text" || others.length > 0) throw new Error("expected one text");
        return { value: JSON.parse(only.text) as unknown, isError };
      } catch (error) {
        const { message, code } = error as { message: string; code?: number };
        return { error: message, ...(code === undefined ? {} : { code }) };
      }
    },
  };
}
