import type { Doc } from "../store/items.ts";
import type { EndpointTool } from "./endpoint.ts";
import { internalError, invalidParams } from "./failure.ts";
import { isAllowed, isConfined, isGranular, type McpScopes } from "./scopes.ts";

type Kind = "script" | "flow";

/** How an endpoint tool relates to the paths that a token is limited to; the others have nothing to do with paths. */
type Policy =
  /** Runs the item: its path decides, whatever endpoints the token names. */
  | { runs: Kind }
  /** Reads or writes the item: its paths decide too, if the token has any for that kind. */
  | { touches: Kind; fields: string[] }
  /** Runs any code at all, so it is not for tokens that are limited to paths. */
  | { escapes: Kind };

const POLICIES: Record<string, Policy> = {
  runScriptByPath: { runs: "script" },
  runFlowByPath: { runs: "flow" },
  getScriptByPath: { touches: "script", fields: ["path"] },
  createScript: { touches: "script", fields: ["path"] },
  getFlowByPath: { touches: "flow", fields: ["path"] },
  deleteFlowByPath: { touches: "flow", fields: ["path"] },
  createFlow: { touches: "flow", fields: ["path"] },
  updateFlow: { touches: "flow", fields: ["path", "path__body"] },
  runScriptPreviewAndWaitResult: { escapes: "script" },
};

/** Whether a token gets to see an endpoint tool. */
export function isListed({ name }: EndpointTool, scopes: McpScopes): boolean {
  const policy = POLICIES[name];
  if (policy && "runs" in policy) return !isGranular(scopes) || scopes[policy.runs].length > 0;
  if (isGranular(scopes) && !isAllowed(scopes, "endpoint", name)) return false;
  return !(policy && "escapes" in policy && isConfined(scopes, policy.escapes));
}

/** Refuses a call that the token's scopes do not cover. */
export function checkAccess(tool: EndpointTool, args: Doc, scopes: McpScopes): void {
  const policy = POLICIES[tool.name];
  if (policy && "runs" in policy) {
    checkPath(policy.runs, pathIn(tool, args, "path"), scopes);
    return;
  }
  if (isGranular(scopes) && !isAllowed(scopes, "endpoint", tool.name))
    throw internalError(`Access denied: endpoint '${tool.name}' not in token scope`);
  if (!policy) return;
  const kind = "escapes" in policy ? policy.escapes : policy.touches;
  if (!isConfined(scopes, kind)) return;
  if ("escapes" in policy)
    throw internalError(
      `Access denied: endpoint '${tool.name}' is not available to a token restricted to specific ${kind} paths`,
    );
  for (const field of policy.fields) checkPath(kind, pathIn(tool, args, field), scopes);
}

function checkPath(kind: Kind, path: string, scopes: McpScopes): void {
  if (!isAllowed(scopes, kind, path)) throw internalError(`Access denied: ${kind} '${path}' not in token scope`);
}

function pathIn({ name }: EndpointTool, args: Doc, field: string): string {
  const path = args[field];
  if (typeof path === "string" && path !== "") return path;
  throw invalidParams(`Missing required '${field}' argument for tool '${name}'.`);
}
