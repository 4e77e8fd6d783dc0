import { badRequest, notAuthorized } from "./errors.ts";

/**
 * What a token may do: `{domain}:{action}[:{paths}]`, and for runs `jobs:run[:scripts|flows[:{paths}]]`. Paths are
 * separated by commas and may end with `/*`. A token without scopes may do what its user may.
 */
type Scope = { domain: string; action: string; kind?: string; paths?: string[] };

const ACTIONS: Record<string, string[]> = {
  read: ["read"],
  write: ["write", "read"],
  delete: ["write", "read"],
  run: ["run", "read"],
};

const SCRIPT_RUNS = /^jobs\/(?:run|run_wait_result|run_and_stream)\/[ph]\/|^jobs\/(?:run|run_wait_result)\/preview$/;
const FLOW_RUNS =
  /^jobs\/(?:run|run_wait_result|run_and_stream)\/f\/|^jobs\/(?:run|run_wait_result)\/preview_flow$|^jobs\/flow\/resume\//;
const OTHER_RUNS = /^jobs\/resume\/|^jobs\/run\/(?:flow_)?dependencies/;

/** Refuses a request that none of the scopes allows, going by its method and path alone. */
export function checkRoute(scopes: string[] | undefined, method: string, pathname: string): void {
  if (!scopes || scopes.length === 0) return;
  const parts = pathname.split("/");
  const rest = (parts[2] === "w" ? parts.slice(4) : parts.slice(2)).join("/");
  const domain = (rest.split("/")[0] ?? "").replace(/^jobs_u$/, "jobs");
  if (domain === "mcp") return;
  const kind = FLOW_RUNS.test(rest) ? "flows" : SCRIPT_RUNS.test(rest) ? "scripts" : undefined;
  const isRun = kind !== undefined || OTHER_RUNS.test(rest);
  const action = isRun ? "run" : ["GET", "HEAD", "OPTIONS"].includes(method) ? "read" : "write";
  const allowed = scopes.map(parse).some((scope) => {
    if (scope.domain !== domain || !ACTIONS[scope.action]?.includes(action)) return false;
    return action !== "run" || scope.kind === undefined || scope.kind === kind;
  });
  if (!allowed) throw refusal([domain, action, kind].filter(Boolean).join(":"));
}

/** Refuses to touch one thing, such as `jobs:run:scripts:f/a/b` or `variables:read:f/a/b`. */
export function checkScope(scopes: string[] | undefined, required: string): void {
  if (!scopes || scopes.length === 0) return;
  if (!scopes.some((scope) => includes(parse(scope), parse(required)))) throw refusal(required);
}

/** True when somebody with the one set of scopes may hand out the other: a part of their own, never more. */
export function isPartOf(wanted: string[] | undefined, own: string[] | undefined): boolean {
  if (!own || own.length === 0) return true;
  if (!wanted || wanted.length === 0) return false;
  return wanted.every((one) => own.includes(one) || own.some((mine) => includes(parse(mine), parse(one))));
}

/** Throws 400 for a text that is no scope. */
export function parse(text: string): Scope {
  const [domain = "", action = "", third, fourth, more] = text.split(":");
  if (domain === "" || action === "" || more !== undefined) throw badRequest(`Invalid scope format: ${text}`);
  if (domain === "jobs" && action === "run")
    return { domain, action, ...(third ? { kind: third } : {}), ...(fourth ? { paths: fourth.split(",") } : {}) };
  if (fourth !== undefined && domain !== "mcp") throw badRequest(`Invalid 4-part scope: ${text}`);
  return { domain, action, ...(third ? { paths: third.split(",") } : {}) };
}

function includes(own: Scope, required: Scope): boolean {
  if (own.domain !== required.domain) return false;
  if (own.action !== required.action && !(own.action === "write" && required.action === "read")) return false;
  if (own.domain === "jobs" && own.action === "run") {
    if (own.kind === undefined) return true;
    if (own.kind !== required.kind) return false;
  }
  if (own.paths === undefined) return true;
  return required.paths?.some((path) => own.paths?.some((mine) => covers(mine, path))) ?? false;
}

function covers(pattern: string, path: string): boolean {
  if (pattern === "*" || pattern === path) return true;
  if (!pattern.endsWith("/*")) return false;
  const prefix = pattern.slice(0, -2);
  return path === prefix || path.startsWith(`${prefix}/`);
}

const refusal = (required: string) => notAuthorized(`Access denied. Required scope: ${required}`);
