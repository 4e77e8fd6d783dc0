import type { Job } from "./job.ts";

const CODE = ["windmill_status_code", "wm_status_code"];
const HEADERS = ["windmill_headers", "wm_headers"];
const TYPE = ["windmill_content_type", "wm_content_type"];

/** A result that says itself how it is to be answered. */
type Chosen = { code?: number; headers: Record<string, string>; type?: string; value: unknown };

/**
 * The HTTP answer of a synchronous run: 200 with the result, 422 when the job failed, unless the result is an object
 * that says itself with which status, headers or content type its `result` is to be answered.
 */
export function answerOf({ success, result }: Job): Response {
  const chosen = chosenBy(result);
  if (!chosen) {
    const status = success ? 200 : 422;
    return new Response(JSON.stringify(result ?? null), { status, headers: { "content-type": "application/json" } });
  }
  const { code, type, value } = chosen;
  const isEmpty = value === undefined || value === null;
  const status = code ?? (!success ? 422 : isEmpty ? 204 : 200);
  if (status < 100 || status > 999) return new Response("Invalid status code", { status: 500 });
  const headers = toHeaders(chosen.headers);
  if (typeof headers === "string") return new Response(`Internal: ${headers}`, { status: 500 });
  if (type !== undefined) {
    headers.set("content-type", type);
    return respond(isEmpty ? "" : typeof value === "string" ? value : JSON.stringify(value), status, headers);
  }
  if (isEmpty) return respond("", status, headers);
  if (!headers.has("content-type")) headers.set("content-type", "application/json");
  return respond(JSON.stringify(value), status, headers);
}

/** Undefined unless every one of the special keys that is there has the type it must have: Windmill's all or nothing. */
function chosenBy(result: unknown): Chosen | undefined {
  if (!isObject(result)) return undefined;
  const first = (names: string[]) => names.map((name) => result[name]).find((one) => one !== undefined && one !== null);
  const [code, headers, type] = [first(CODE), first(HEADERS), first(TYPE)];
  if (code === undefined && headers === undefined && type === undefined) return undefined;
  if (code !== undefined && !(Number.isInteger(code) && (code as number) >= 0 && (code as number) < 65_536))
    return undefined;
  if (type !== undefined && typeof type !== "string") return undefined;
  if (headers !== undefined && !(isObject(headers) && Object.values(headers).every((one) => typeof one === "string")))
    return undefined;
  return {
    ...(code === undefined ? {} : { code: code as number }),
    ...(type === undefined ? {} : { type }),
    headers: (headers ?? {}) as Record<string, string>,
    value: result.result,
  };
}

/** The headers, or what is wrong with one of them. */
function toHeaders(chosen: Record<string, string>): Headers | string {
  const headers = new Headers();
  for (const [name, value] of Object.entries(chosen)) {
    try {
      headers.set(name, value);
    } catch {
      return `Invalid header ${name}`;
    }
  }
  return headers;
}

/**
 * What a script chose may be a web page. It comes from the address where the engine's own page keeps its token, so
 * browsers are to treat it as from nowhere; what the script says about its content stands beside that.
 */
const SANDBOX = "sandbox allow-forms allow-modals allow-popups allow-scripts";

/** Statuses that must not have a body get none; JavaScript's Response takes 200 to 599 only. */
function respond(body: string, status: number, headers: Headers): Response {
  if (status < 200 || status > 599)
    return new Response(`Internal: the local engine cannot answer with status ${status}`, { status: 500 });
  if (!headers.get("content-type")?.startsWith("application/json")) headers.append("content-security-policy", SANDBOX);
  return new Response([204, 205, 304].includes(status) ? null : body, { status, headers });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);
