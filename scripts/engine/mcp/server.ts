import { createMcpHandler, Server, type Tool } from "@modelcontextprotocol/server";
import { VERSION } from "../api/workspace.ts";
import type { Call } from "../router.ts";
import type { Doc } from "../store/items.ts";
import { isListed } from "./endpoint_access.ts";
import { callEndpoint, endpointTool } from "./endpoint_calls.ts";
import { ABSENT_ENDPOINTS, ENDPOINTS } from "./endpoints.ts";
import { internalError, methodNotFound } from "./failure.ts";
import { itemOf, itemTools } from "./items.ts";
import { firstBytes } from "./names.ts";
import { runItem } from "./run.ts";
import { type McpScopes, mcpScopes } from "./scopes.ts";

/** What a tool answers is cut here: clients take 25,000 tokens at most. */
const MAX_RESULT_BYTES = 87_500;

/** Windmill answers these although it does not announce them. */
const EMPTY_LISTS: Record<string, Doc> = {
  "resources/list": { resources: [] },
  "resources/templates/list": { resourceTemplates: [] },
  "prompts/list": { prompts: [] },
};

/** Answers one MCP request. There are no sessions: every request stands for itself, with its own token. */
export function answerMcp(call: Call): Promise<Response> {
  return createMcpHandler(() => serverFor(call), { maxRequestBodySize: Number.MAX_SAFE_INTEGER }).fetch(call.request);
}

function serverFor(call: Call): Server {
  const server = new Server(
    { name: "windmill", title: "Windmill", version: VERSION.replace("CE v", ""), websiteUrl: "https://windmill.dev" },
    {
      capabilities: { tools: {} },
      instructions:
        "This server provides a list of scripts and flows the user can run on Windmill." +
        " Each flow and script is a tool callable with their respective arguments.",
    },
  );
  server.setRequestHandler("tools/list", () => ({ tools: toolsFor(call, granted(call)) }));
  server.setRequestHandler("tools/call", async ({ params }) => {
    const value = await callTool(params.name, params.arguments ?? {}, call, granted(call));
    return { content: [{ type: "text", text: shortened(JSON.stringify(value, null, 2)) }], isError: false };
  });
  server.fallbackRequestHandler = async ({ method }) => {
    const list = EMPTY_LISTS[method];
    if (!list) throw methodNotFound(method);
    return list;
  };
  return server;
}

function granted({ caller }: Call): McpScopes {
  const scopes = mcpScopes(caller.scopes);
  if (!scopes) throw internalError("Unauthorized: missing mcp scope");
  return scopes;
}

const toolsFor = ({ engine }: Call, scopes: McpScopes): Tool[] => [
  ...itemTools(engine, scopes),
  ...ENDPOINTS.filter((one) => isListed(one, scopes)).map(endpointTool),
];

async function callTool(name: string, args: Doc, call: Call, scopes: McpScopes): Promise<unknown> {
  const endpoint = ENDPOINTS.find((one) => one.name === name);
  if (endpoint) return callEndpoint(endpoint, args, scopes, call);
  if (ABSENT_ENDPOINTS.includes(name)) throw internalError(`the local engine does not serve the tool ${name}`);
  return runItem(itemOf(name, call.engine, scopes), name, args, call);
}

function shortened(text: string): string {
  const kept = firstBytes(text, MAX_RESULT_BYTES);
  return kept === text ? text : `${kept}\n\n[truncated — result exceeded 25,000 token limit]`;
}
