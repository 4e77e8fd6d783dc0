import { allOf, type Element } from "../../../f/lib/storage/xml.ts";
import { errorAnswer } from "./answers.ts";
import { rulesIn } from "./configurations.ts";
import type { Bucket, Store } from "./store.ts";

/** Answers a browser that asks whether it may send a request, by the rules of the bucket. */
export function preflight(store: Store, request: Request): Response {
  const method = request.headers.get("access-control-request-method") ?? "";
  const asked = (request.headers.get("access-control-request-headers") ?? "").split(",").map((name) => name.trim());
  const rule = ruleFor(store, request, method);
  const allowed = rule ? allOf(rule, "AllowedHeader").map(({ text }) => text.toLowerCase()) : [];
  if (!rule || asked.some((name) => name && !allowed.some((pattern) => matches(pattern, name.toLowerCase())))) {
    return errorAnswer(403, "AccessForbidden", "CORSResponse: This CORS request is not allowed.");
  }
  return new Response(null, {
    headers: {
      ...grant(rule, request),
      "access-control-allow-methods": allOf(rule, "AllowedMethod")
        .map(({ text }) => text)
        .join(", "),
      "access-control-allow-headers": asked.join(", "),
      "access-control-max-age": allOf(rule, "MaxAgeSeconds")[0]?.text ?? "0",
    },
  });
}

/** The answer as a browser page on another origin may read it. */
export function withCors(store: Store, request: Request, answer: Response): Response {
  const rule = ruleFor(store, request, request.method);
  if (rule) for (const [name, value] of Object.entries(grant(rule, request))) answer.headers.set(name, value);
  return answer;
}

function grant(rule: Element, request: Request): Record<string, string> {
  const exposed = allOf(rule, "ExposeHeader").map(({ text }) => text);
  return {
    "access-control-allow-origin": request.headers.get("origin") ?? "",
    ...(exposed.length > 0 ? { "access-control-expose-headers": exposed.join(", ") } : {}),
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
}

function ruleFor(store: Store, request: Request, method: string): Element | undefined {
  const origin = request.headers.get("origin");
  const [, bucket = ""] = new URL(request.url).pathname.split("/");
  const found = store.sql.query("select * from bucket where name = ?").get(bucket) as Bucket | null;
  if (!origin || !found) return undefined;
  return rulesIn(found.cors, "CORSRule").find(
    (rule) =>
      allOf(rule, "AllowedOrigin").some(({ text }) => matches(text, origin)) &&
      allOf(rule, "AllowedMethod").some(({ text }) => text === method),
  );
}

function matches(pattern: string, value: string): boolean {
  const [before = "", after] = pattern.split("*");
  if (after === undefined) return pattern === value;
  return value.length >= before.length + after.length && value.startsWith(before) && value.endsWith(after);
}
