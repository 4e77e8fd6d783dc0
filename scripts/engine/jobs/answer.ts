import type { Job } from "./job.ts";

const CODE = ["windmill_status_code", "wm_status_code"];
const HEADERS = ["windmill_headers", "wm_headers"];
const TYPE = ["windmill_content_type", "wm_content_type"];

/**
 * The HTTP answer of a synchronous run: 200 with the result, 422 when the job failed, unless the result is an object
 * that says itself with which status, headers or content type its `result` is to be answered.
 */
export function answerOf({ success, result }: Job): Response {
  const chosen = isObject(result) ? result : {};
  const first = (names: string[]) => names.map((name) => chosen[name]).find((value) => value !== undefined);
  const [code, headers, type] = [first(CODE), first(HEADERS), first(TYPE)];
  if (code === undefined && headers === undefined && type === undefined)
    return new Response(JSON.stringify(result ?? null), {
      status: success ? 200 : 422,
      headers: { "content-type": "application/json" },
    });
  const value = chosen.result;
  const status = typeof code === "number" ? code : !success ? 422 : value === undefined ? 204 : 200;
  const answer = new Headers();
  for (const [name, one] of Object.entries(isObject(headers) ? headers : {})) {
    if (typeof one === "string") answer.set(name, one);
  }
  if (typeof type === "string") {
    answer.set("content-type", type);
    return respond(typeof value === "string" ? value : JSON.stringify(value ?? null), status, answer);
  }
  if (value === undefined) return respond("", status, answer);
  if (!answer.has("content-type")) answer.set("content-type", "application/json");
  return respond(JSON.stringify(value), status, answer);
}

/** Statuses that must not have a body get none; one that HTTP does not know is a failure of the script. */
function respond(body: string, status: number, headers: Headers): Response {
  if (!Number.isInteger(status) || status < 200 || status > 599)
    return new Response(`Internal: the script chose an invalid status code`, { status: 500 });
  return new Response([204, 205, 304].includes(status) ? null : body, { status, headers });
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);
