/** What the `mcp:` scopes of a token let it see and run. */
export type McpScopes = {
  /** Paths, `folder/*` or `*`. */
  script: string[];
  flow: string[];
  /** Names of endpoint tools, or `*`. */
  endpoint: string[];
  /** `mcp:all`. */
  all: boolean;
  /** `mcp:favorites`: the starred items only. */
  favorites: boolean;
};

export type Subject = "script" | "flow" | "endpoint";

/** Undefined for a token without any `mcp:` scope, also for one without scopes: Windmill lets neither use MCP. */
export function mcpScopes(scopes: string[] | undefined): McpScopes | undefined {
  const own = (scopes ?? []).filter((scope) => scope.startsWith("mcp:"));
  if (own.length === 0) return undefined;
  const granted: McpScopes = { script: [], flow: [], endpoint: [], all: false, favorites: false };
  for (const scope of own) grant(granted, scope);
  return granted;
}

function grant(granted: McpScopes, scope: string): void {
  const [, what, list = ""] = /^mcp:(\w+)(?::(.*))?$/.exec(scope) ?? [];
  const paths = list.split(",").flatMap((one) => (one.trim() === "" ? [] : [one.trim()]));
  if (scope === "mcp:all") {
    granted.all = true;
    for (const subject of ["script", "flow", "endpoint"] as const) granted[subject].push("*");
  } else if (scope === "mcp:favorites") granted.favorites = true;
  else if (what === "all") {
    granted.script.push(list);
    granted.flow.push(list);
    granted.endpoint.push("*");
  } else if (what === "scripts") granted.script.push(...paths);
  else if (what === "flows") granted.flow.push(...paths);
  else if (what === "endpoints") granted.endpoint.push(...paths);
}

/** True when only what the patterns name is granted, as opposed to everything or the favorites. */
export const isGranular = ({ all, favorites }: McpScopes): boolean => !all && !favorites;

/** Whether a path, or an endpoint tool by its name, is among what the patterns grant. */
export const isAllowed = (scopes: McpScopes, subject: Subject, path: string): boolean =>
  scopes.all || scopes[subject].some((pattern) => covers(pattern, path));

/** Whether a token's scripts or flows are limited to some paths. */
export const isConfined = (scopes: McpScopes, subject: ItemSubject): boolean =>
  !scopes.all && scopes[subject].length > 0 && !scopes[subject].includes("*");

type ItemSubject = Exclude<Subject, "endpoint">;

function covers(pattern: string, path: string): boolean {
  if (pattern === "*" || pattern === path) return true;
  if (!pattern.endsWith("/*")) return false;
  const folder = pattern.slice(0, -2);
  return path === folder || path.startsWith(`${folder}/`);
}
