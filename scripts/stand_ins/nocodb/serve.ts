import type { Caller } from "./access.ts";
import { badBody, Refused } from "./refused.ts";

// biome-ignore lint/suspicious/noExplicitAny: bodies are whatever callers send; each route checks what it reads
export type Body = any;
export type Call = { params: Record<string, string>; query: URLSearchParams; body: Body; caller: Caller };
export type Route = (call: Call) => unknown | Promise<unknown>;

const json = (body: unknown, status = 200): Response =>
  body === undefined ? new Response(null, { status }) : Response.json(body, { status });

/** Turns a route into what the server calls: reads the caller and the body, answers JSON, and refusals as NocoDB does. */
export const serving =
  (callerOf: (headers: Headers) => Caller) =>
  (route: Route, { open = false } = {}) =>
  async (request: Bun.BunRequest): Promise<Response> => {
    try {
      const caller = open ? (undefined as unknown as Caller) : callerOf(request.headers);
      const { searchParams } = new URL(request.url);
      const body = request.method === "GET" ? undefined : readBody(await request.text());
      return json(await route({ params: request.params as Record<string, string>, query: searchParams, body, caller }));
    } catch (error) {
      if (error instanceof Refused) return json(error.body, error.status);
      throw error;
    }
  };

function readBody(text: string): Body {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw badBody("Invalid JSON");
  }
}

/** v2 wraps lists in pages; where it has no paging of its own, in one page that holds all. */
export const onePage = <T>(list: T[]) => ({
  list,
  pageInfo: { totalRows: list.length, page: 1, pageSize: list.length, isFirstPage: true, isLastPage: true },
});

/** Refuses keys that the stand-in would have to ignore. */
export function onlyKeys(body: Body, allowed: string[]): void {
  const unknown = Object.keys(body ?? {}).filter((key) => !allowed.includes(key));
  if (unknown.length > 0)
    throw new Refused(501, {
      error: "NOT_SUPPORTED",
      message: `The nocodb stand-in does not support the key ${unknown.join(", ")} here`,
    });
}
