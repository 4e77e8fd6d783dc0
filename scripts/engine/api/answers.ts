import { badRequest } from "../errors.ts";
import type { Call } from "../router.ts";
import type { Doc } from "../store/items.ts";

export const text = (body: string, status = 200): Response =>
  new Response(body, { status, headers: { "content-type": "text/plain; charset=utf-8" } });

export const json = (value: unknown, status = 200): Response =>
  new Response(JSON.stringify(value ?? null), { status, headers: { "content-type": "application/json" } });

/** The request's body as a JSON object; 400 when it is something else. */
export async function readDoc(call: Call): Promise<Doc> {
  const value = await readJson(call);
  if (value === null || typeof value !== "object" || Array.isArray(value))
    throw badRequest("the body must be an object");
  return value as Doc;
}

export async function readJson(call: Call): Promise<unknown> {
  const body = await call.request.text();
  try {
    return JSON.parse(body) as unknown;
  } catch (error) {
    throw badRequest(`invalid json: ${error instanceof Error ? error.message : "not readable"}`);
  }
}

/** A field that must be a non-empty string. */
export function field(doc: Doc, name: string): string {
  const value = doc[name];
  if (typeof value !== "string" || value === "") throw badRequest(`missing field \`${name}\``);
  return value;
}

/** `page` (from 1; 0 means 1) and `per_page` (at most 10,000, default 1,000), as all of Windmill's lists take them. */
export function pageOf({ query }: Call, fallback = 1000): { limit: number; offset: number } {
  const limit = Math.min(Math.max(Number(query.get("per_page")) || fallback, 1), 10_000);
  const page = Math.max(Number(query.get("page")) || 1, 1);
  return { limit, offset: (page - 1) * limit };
}
