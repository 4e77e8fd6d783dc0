/**
 * What Windmill hands to the preprocessor of an http trigger. Before that it replaces every string in it that names a
 * secret (`$var:...`, `$res:...`, `$jsonvar:...`, `$encrypted:...`, and beside one of these also `$WM_TOKEN`), whoever
 * sent it, so any part may hold a secret or have become another type. Only `path` is what was sent: it begins with the
 * route's own words.
 */
export type RouteEvent = {
  kind?: unknown;
  path?: unknown;
  query?: unknown;
  headers?: unknown;
  body?: unknown;
  raw_string?: unknown;
};

/** What a route may know of who called it: nothing here is text of the caller's own. */
export type Caller = {
  /** A digest of the client's address, or `unknown`: the unit that limits are counted by. */
  client: string;
  /** The one of the project's origins that the page has, or empty when no browser said. */
  origin: string;
  /** `html` for a form that a browser submitted without a script; it is sent back to its page. */
  wants: "json" | "html";
};

/** A typed error as an argument of `main`: a preprocessor that throws would be answered as 422, whatever was wrong. */
export type Refusal = { status: number; code: string; message: string; hint: string };

/** One header as text, or nothing. Windmill writes names in lower case. */
export function header(event: RouteEvent, name: string): string | undefined {
  const value = (event.headers as Record<string, unknown> | null | undefined)?.[name];
  return typeof value === "string" ? value : undefined;
}
