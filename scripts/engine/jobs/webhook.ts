import { badRequest } from "../errors.ts";
import { mainArguments, readBody } from "./arguments.ts";

/** What a run request becomes: a job's arguments, and whether the script's preprocessor sees them first. */
export type WebhookArguments = { args: Record<string, unknown>; preprocess: boolean };

/** Builds a job's arguments from a request to one of the run endpoints. */
export async function webhookArguments(
  request: Request,
  query: URLSearchParams,
  hasPreprocessor: boolean,
): Promise<WebhookArguments> {
  const payload = request.method === "GET" ? payloadOf(query) : undefined;
  const raw = query.get("raw") === "true";
  const body =
    payload ?? readBody(request.headers.get("content-type"), new Uint8Array(await request.arrayBuffer()), raw);
  if (hasPreprocessor && query.get("skip_preprocessor") !== "true")
    return {
      args: {
        event: {
          kind: "webhook",
          body: body.value,
          raw_string: body.rawString,
          headers: Object.fromEntries(request.headers),
          query: Object.fromEntries(query),
        },
      },
      preprocess: true,
    };
  const extras = { ...included(request.headers, query), ...includedQuery(query) };
  return { args: mainArguments(body, query.get("wrap_body") === "true", extras), preprocess: false };
}

/** `?payload=<base64 of a JSON object>`: how a GET passes arguments. */
function payloadOf(query: URLSearchParams) {
  const payload = query.get("payload");
  const text = payload ? Buffer.from(payload, "base64").toString("utf8") : "{}";
  try {
    return { value: JSON.parse(text) as unknown, isObject: true, rawString: null, extra: {} };
  } catch {
    throw badRequest("Impossible to decode query payload: not the base64 of a JSON object");
  }
}

/** `include_header=X-A,B`: those headers become arguments `x_a` and `b`. */
function included(headers: Headers, query: URLSearchParams): Record<string, string> {
  const names = query.get("include_header")?.split(",") ?? [];
  const found = names.flatMap((name) => {
    const key = name.trim().toLowerCase();
    const value = headers.get(key);
    return value === null ? [] : [[key.replaceAll("-", "_"), value]];
  });
  return Object.fromEntries(found) as Record<string, string>;
}

/** `include_query=a,b`: those query parameters become arguments. */
function includedQuery(query: URLSearchParams): Record<string, string> {
  const names = query.get("include_query")?.split(",") ?? [];
  const found = names.flatMap((name) => (query.has(name) ? [[name, query.get(name)]] : []));
  return Object.fromEntries(found) as Record<string, string>;
}
