import { STATUS_CODES } from "node:http";
import type { Tool } from "@modelcontextprotocol/server";
import type { Call } from "../router.ts";
import { checkRoute } from "../scopes.ts";
import type { Doc } from "../store/items.ts";
import type { EndpointTool, FieldSchema } from "./endpoint.ts";
import { checkAccess } from "./endpoint_access.ts";
import { internalError, invalidParams } from "./failure.ts";
import { compatible } from "./schema.ts";
import type { McpScopes } from "./scopes.ts";

const HINTS = {
  GET: { readOnlyHint: true, destructiveHint: false, idempotentHint: true },
  POST: { readOnlyHint: false, destructiveHint: true, idempotentHint: false },
  DELETE: { readOnlyHint: false, destructiveHint: true, idempotentHint: true },
};

export function endpointTool(tool: EndpointTool): Tool {
  const schemas = schemasOf(tool);
  const properties = Object.assign({}, ...schemas.map((one) => one.properties)) as Record<string, Doc>;
  const required = [...new Set(schemas.flatMap((one) => one.required ?? []))];
  return {
    name: tool.name,
    title: tool.name,
    description: `${tool.description}. ${tool.instructions}`,
    inputSchema: compatible({ type: "object", properties, required }) as Tool["inputSchema"],
    annotations: { title: `${tool.method} ${tool.path}`, ...HINTS[tool.method], openWorldHint: true },
  };
}

const schemasOf = (tool: EndpointTool): FieldSchema[] =>
  [tool.path_params_schema, tool.query_params_schema, tool.body_schema].filter((one) => one !== null);

/**
 * Calls the endpoint on behalf of the caller and returns its answer, parsed when it is JSON. Throws a McpFailure when
 * the token's scopes do not cover the call, or when the endpoint refuses.
 */
export async function callEndpoint(tool: EndpointTool, given: Doc, scopes: McpScopes, call: Call): Promise<unknown> {
  // Where an item may be moved, no destination means that it stays.
  const moved = tool.body_field_renames?.path__body && !given.path__body ? { path__body: given.path } : {};
  const args: Doc = { ...given, ...moved };
  checkAccess(tool, args, scopes);
  const url = new URL(`${call.engine.baseUrl}/api${pathOf(tool, args, call)}`);
  for (const name of Object.keys(tool.query_params_schema?.properties ?? {})) {
    const value = args[name];
    if (value !== undefined && value !== null)
      url.searchParams.set(name, typeof value === "string" ? value : JSON.stringify(value));
  }
  const body = bodyOf(tool, args);
  const answer = await send(url, tool, call, body);
  const text = await answer.text();
  if (!answer.ok) throw internalError(`HTTP ${answer.status} ${STATUS_CODES[answer.status] ?? ""}: ${text}`);
  return parsed(text);
}

/** The answer of an endpoint or a run: a JSON value, or else the text itself. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function pathOf(tool: EndpointTool, args: Doc, { engine }: Call): string {
  let path = tool.path.replace("{workspace}", engine.settings.workspace);
  for (const name of Object.keys(tool.path_params_schema?.properties ?? {})) {
    const value = args[name];
    if (value === undefined) throw invalidParams(`Missing required path parameter: ${name}`);
    if (typeof value === "string") path = path.replace(`{${name}}`, () => checked(name, value));
  }
  return path;
}

/** A value that could lead to another endpoint is refused: `..`, `%2e`, `\`, `?`, `#`, empty segments. */
function checked(name: string, value: string): string {
  const refuse = (reason: string) => invalidParams(`Invalid path parameter '${name}': ${reason}`);
  if (value === "") throw refuse("must not be empty");
  const bad = /[\p{Cc}\\%?#]/u.exec(value);
  if (bad) throw refuse(`contains disallowed character '${bad[0]}'`);
  for (const segment of value.split("/")) {
    if (segment === "") throw refuse("contains an empty path segment or leading/trailing slash");
    if (segment === "." || segment === "..") throw refuse("contains a '.' or '..' path segment");
  }
  return value;
}

/** The declared fields under their own names; of a run, every argument that is not part of the address. */
function bodyOf(tool: EndpointTool, args: Doc): Doc | undefined {
  if (tool.method === "GET" || !tool.body_schema) return undefined;
  const declared = tool.body_schema.properties;
  const elsewhere = Object.keys(tool.path_params_schema?.properties ?? {});
  const names = declared ? Object.keys(declared) : Object.keys(args).filter((name) => !elsewhere.includes(name));
  const given = names.filter((name) => args[name] !== undefined && args[name] !== null);
  if (given.length === 0) return undefined;
  return Object.fromEntries(given.map((name) => [tool.body_field_renames?.[name] ?? name, args[name]]));
}

/** Sent with a token of its own that may do this one thing, since the caller's may say nothing but `mcp:...`. */
async function send(url: URL, { method }: EndpointTool, call: Call, body: Doc | undefined): Promise<Response> {
  const { callers } = call.engine;
  const token = callers.issue({ ...call.caller, scopes: scopesFor(method, url, call) });
  try {
    return await fetch(url, {
      method,
      signal: call.request.signal,
      headers: { authorization: `Bearer ${token}`, ...(body ? { "content-type": "application/json" } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  } finally {
    callers.revoke(token);
  }
}

/** The caller's own scopes where they reach the endpoint, so that their limits hold; else those of the endpoint. */
function scopesFor(method: string, { pathname }: URL, { caller }: Call): string[] {
  try {
    checkRoute(caller.scopes, method, pathname);
    return caller.scopes ?? [];
  } catch {
    const [domain = "", action = "", kind] = pathname.split("/").slice(4);
    if (!action.startsWith("run")) return [`${domain.replace(/_u$/, "")}:${method === "GET" ? "read" : "write"}`];
    return [kind === "p" ? "jobs:run:scripts" : kind === "f" ? "jobs:run:flows" : "jobs:run"];
  }
}
