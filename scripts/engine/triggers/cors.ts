import type { Trigger } from "./routes.ts";

/** The headers that let a browser on another origin call a trigger. */
export function corsHeaders(trigger: Trigger | undefined, request: Request): Record<string, string> {
  const common = {
    "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS",
    "access-control-allow-headers": "content-type, authorization",
  };
  const allowed = trigger?.allowedOrigins;
  if (!allowed) return { "access-control-allow-origin": "*", ...common };
  const origin = request.headers.get("origin");
  if (origin === null || !allowed.includes(origin)) return { vary: "origin" };
  return { "access-control-allow-origin": origin, vary: "origin", ...common };
}

/** Adds headers that the answer does not set itself: a script may choose its own. */
export function withHeaders(answer: Response, headers: Record<string, string>): Response {
  for (const [name, value] of Object.entries(headers)) {
    if (!answer.headers.has(name)) answer.headers.set(name, value);
  }
  return answer;
}
