import { Refusal, unsupported } from "./refusal.ts";

export type Body = Record<string, unknown>;

/** What official clients send along although nothing is asked of us: a captcha and a code challenge that are not there. */
const EMPTY = ["gotrue_meta_security", "code_challenge", "code_challenge_method", "channel"];

/**
 * The JSON body with the named fields only. Throws for a field that the real GoTrue may know and this one does not,
 * instead of acting as if it had done what was asked.
 */
export async function bodyOf(request: Request, fields: string[]): Promise<Body> {
  const text = await request.text();
  let body: unknown;
  try {
    body = text === "" ? {} : JSON.parse(text);
  } catch {
    throw new Refusal(400, "bad_json", "Could not parse request body as JSON");
  }
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new Refusal(400, "bad_json", "Could not parse request body as JSON");
  const unknown = Object.entries(body).find(([name, value]) => !fields.includes(name) && !isEmpty(name, value));
  if (unknown) throw unsupported(`the field ${unknown[0]} of ${request.method} ${new URL(request.url).pathname}`);
  return body as Body;
}

function isEmpty(name: string, value: unknown): boolean {
  if (!EMPTY.includes(name)) return false;
  const nothing = value === null || value === undefined || value === "" || (name === "channel" && value === "sms");
  return nothing || (typeof value === "object" && Object.keys(value as object).length === 0);
}

export const queryOf = (request: Request): URLSearchParams => new URL(request.url).searchParams;

/** Where the caller wants a person to be led back to: clients put it into the query. */
export const redirectAsked = (request: Request): string | null =>
  queryOf(request).get("redirect_to") ?? request.headers.get("redirect_to");

export const isObject = (value: unknown): value is Body =>
  typeof value === "object" && value !== null && !Array.isArray(value);
