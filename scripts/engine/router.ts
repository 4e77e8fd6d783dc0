import type { Caller } from "./callers.ts";
import type { Engine } from "./engine.ts";

/** One request as an endpoint sees it: matched, authenticated, its body not yet read. */
export type Call = {
  engine: Engine;
  request: Request;
  url: URL;
  query: URLSearchParams;
  /** What the pattern's `:name` and `*name` parts matched, percent-decoded. */
  params: Record<string, string>;
  caller: Caller;
};

export type Route = {
  method: string;
  /** `/api/w/:w/scripts/get/p/*path`: `:x` is one segment, a final `*x` the rest with its slashes. */
  pattern: string;
  /** Who may come in: `token` (the default) refuses a call without a known token, `anyone` lets it through. */
  access: "token" | "anyone";
  answer: (call: Call) => Response | Promise<Response>;
};

type Answer = Route["answer"];

const route =
  (method: string) =>
  (pattern: string, answer: Answer, access: Route["access"] = "token"): Route => ({ method, pattern, access, answer });

export const get = route("GET");
export const post = route("POST");
export const del = route("DELETE");

/** Endpoints of a workspace are declared without their common beginning. */
export const inWorkspace = (routes: Route[]): Route[] =>
  routes.map((one) => ({ ...one, pattern: `/api/w/:w${one.pattern}` }));

export type Match = { route: Route; params: Record<string, string> };

/** Finds the route of a method and path; HEAD is answered by the GET route. */
export function createRouter(routes: Route[]): (method: string, path: string) => Match | undefined {
  const compiled = routes.map((one) => ({ route: one, parts: one.pattern.split("/") }));
  return (method, path) => {
    const wanted = method === "HEAD" ? "GET" : method;
    const segments = path.split("/");
    for (const { route, parts } of compiled) {
      if (route.method !== wanted) continue;
      const params = match(parts, segments);
      if (params) return { route, params };
    }
    return undefined;
  };
}

function match(parts: string[], segments: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    if (part.startsWith("*")) {
      const rest = segments.slice(index).join("/");
      if (rest === "") return undefined;
      params[part.slice(1)] = decode(rest);
      return params;
    }
    const segment = segments[index];
    if (segment === undefined) return undefined;
    if (part.startsWith(":")) {
      if (segment === "") return undefined;
      params[part.slice(1)] = decode(segment);
    } else if (part !== segment) return undefined;
  }
  return parts.length === segments.length ? params : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
