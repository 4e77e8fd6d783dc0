import { ApiError } from "../errors.ts";
import type { Call } from "../router.ts";
import type { Doc } from "../store/items.ts";

export const text = (body: string, status = 200): Response =>
  new Response(body, { status, headers: { "content-type": "text/plain; charset=utf-8" } });

export const json = (value: unknown, status = 200): Response =>
  new Response(JSON.stringify(value ?? null), { status, headers: { "content-type": "application/json" } });

/** The request's body as a JSON object. Throws 400 for what is no JSON and 422 for another value, as Windmill does. */
export async function readDoc(call: Call): Promise<Doc> {
  const value = await readJson(call);
  if (!isObject(value)) throw unfit("expected an object");
  return value;
}

export const isObject = (value: unknown): value is Doc =>
  value !== null && typeof value === "object" && !Array.isArray(value);

export const readJson = async (call: Call): Promise<unknown> => parseJson(await call.request.text());

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const why = error instanceof Error ? error.message : "not readable";
    throw new ApiError(400, `Failed to parse the request body as JSON: ${why}`);
  }
}

/** A field that must be a text with something in it. */
export function field(doc: Doc, name: string): string {
  requireFields(doc, [name]);
  const value = doc[name];
  if (typeof value !== "string" || value === "") throw unfit(`field \`${name}\` must be a text`);
  return value;
}

export function requireFields(doc: Doc, names: string[]): void {
  const missing = names.find((name) => doc[name] === undefined);
  if (missing) throw unfit(`missing field \`${missing}\``);
}

/** For a body that is JSON and not what the endpoint takes. */
export const unfit = (why: string) =>
  new ApiError(422, `Failed to deserialize the JSON body into the target type: ${why}`);

/** `page` (from 1; 0 means 1) and `per_page` (at most 10,000, default 1,000), as all of Windmill's lists take them. */
export function pageOf({ query }: Call, fallback = 1000): { limit: number; offset: number } {
  const limit = Math.min(Math.max(Number(query.get("per_page")) || fallback, 1), 10_000);
  const page = Math.max(Number(query.get("page")) || 1, 1);
  return { limit, offset: (page - 1) * limit };
}
