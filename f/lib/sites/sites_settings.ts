import { InvalidInputError } from "../errors.ts";
import { describe } from "../names.ts";
import { SETTINGS_LIMITS as LIMITS } from "./limits.ts";

/** Sends visitors of a path elsewhere; what `*` stood for at the end of `from` replaces the one at the end of `to`. */
export type Redirect = { from: string; to: string; status: number };
/** Headers that answers under a path get. */
export type HeaderRule = { path: string; set: Record<string, string> };

/** How a release is served, beyond its files. What is as usual is left out, so that equal settings are equal texts. */
export type SiteSettings = {
  /** Paths that are no file answer with index.html: for apps that route in the browser. */
  spa?: true;
  /** The page for what is not there, when it is not 404.html. */
  notFound?: string;
  redirects?: Redirect[];
  headers?: HeaderRule[];
  /** Paths whose files never change under the same name, beside those whose names show it. */
  immutable?: string[];
};

// Letters, digits and what paths need; no braces, which Caddy would read as its own placeholders.
const WORD = "[A-Za-z0-9._~@+\\u00a1-\\uffff-]";
export const PATTERN = new RegExp(`^/(?:${WORD}+/)*(?:${WORD}*\\*?)$`);
/** A site's /api is its app's, so a redirect from there would never be reached. */
export const SOURCE = new RegExp(`^(?!/[aA][pP][iI](?:/|\\*|$))${PATTERN.source.slice(1)}`);
export const PAGE = new RegExp(`^(?:(?!\\.)${WORD}+/)*(?!\\.)${WORD}+\\.html$`);
const LOCAL_TARGET = new RegExp(`^/(?!/)(?:${WORD}|[/=&?#%:,;!])*\\*?$`);
const REMOTE_TARGET = /^https?:\/\/[A-Za-z0-9.-]+(?::\d{1,5})?(?:\/[^\s{}\\\p{Cc}*]*\*?)?$/u;
export const REDIRECT_STATUSES = [301, 302, 307, 308];
export const HEADER_NAME = /^[A-Za-z][A-Za-z0-9-]{0,63}$/;
export const HEADER_VALUE = /^[\x20-z|~]{1,2000}$/;

/** What the server must decide itself, or what would break an answer's framing or its revalidation. */
export const OWN_HEADERS = new Set(
  "accept-ranges connection content-encoding content-length content-range date etag keep-alive last-modified location server set-cookie te trailer transfer-encoding upgrade vary".split(
    " ",
  ),
);

/** Judges the settings of a site; nothing at all means the usual ones. Throws InvalidInput. */
export function siteSettings(value: unknown): SiteSettings {
  const given = value ?? {};
  const { spa, notFound, redirects, headers, immutable } = fieldsOf("settings", given, [
    ...["spa", "notFound", "redirects", "headers", "immutable"],
  ]);
  if (spa != null && typeof spa !== "boolean") throw refused("spa", "must be true or false", spa);
  if (notFound != null && !matches(notFound, PAGE))
    throw refused("notFound", "must be the path of a .html file", notFound);
  return {
    ...(spa ? { spa } : {}),
    ...(notFound != null && notFound !== "404.html" ? { notFound: notFound as string } : {}),
    ...some("redirects", listOf("redirects", redirects, LIMITS.redirects).map(redirect)),
    ...some("headers", listOf("headers", headers, LIMITS.headerRules).map(headerRule)),
    ...some(
      "immutable",
      listOf("immutable", immutable, LIMITS.immutable).map((one, at) => pattern(`immutable[${at}]`, one)),
    ),
  };
}

const some = <K extends string, T>(key: K, items: T[]) =>
  items.length > 0 ? ({ [key]: items } as Record<K, T[]>) : {};

function redirect(value: unknown, at: number): Redirect {
  const where = `redirects[${at}]`;
  const given = fieldsOf(where, value, ["from", "to", "status"]);
  const from = pattern(`${where}.from`, given.from);
  if (!SOURCE.test(from)) throw refused(`${where}.from`, "may not begin with /api, which is the app's API", from);
  const { to, status = 308 } = given;
  const isTarget = matches(to, LOCAL_TARGET) || (matches(to, REMOTE_TARGET) && URL.canParse(to as string));
  if (!isTarget || (to as string).length > LIMITS.textLength)
    throw refused(`${where}.to`, 'must be a path that begins with one "/", or an http(s) URL', to);
  const target = to as string;
  if (target.endsWith("*") && !from.endsWith("/*"))
    throw refused(`${where}.to`, 'may end with "*" only when from ends with "/*"', to);
  if (target.endsWith("*") && !target.endsWith("/*"))
    throw refused(`${where}.to`, 'must end with "/*", not with "*"', to);
  if (!REDIRECT_STATUSES.includes(status as number))
    throw refused(`${where}.status`, `must be one of ${REDIRECT_STATUSES.join(", ")}`, status);
  return { from, to: target, status: status as number };
}

function headerRule(value: unknown, at: number): HeaderRule {
  const where = `headers[${at}]`;
  const { path, set } = fieldsOf(where, value, ["path", "set"]);
  const pairs = Object.entries(fieldsOf(`${where}.set`, set));
  if (pairs.length < 1 || pairs.length > LIMITS.headersPerRule)
    throw refused(`${where}.set`, `must name 1 to ${LIMITS.headersPerRule} headers`, set);
  for (const [name, text] of pairs) {
    if (!HEADER_NAME.test(name)) throw refused(`${where}.set`, "names a header that is none", name);
    if (OWN_HEADERS.has(name.toLowerCase()))
      throw refused(`${where}.set`, "names a header that the server decides itself", name);
    if (!matches(text, HEADER_VALUE))
      throw refused(`${where}.set`, "may only hold printable ASCII text without braces", text);
  }
  return { path: pattern(`${where}.path`, path), set: Object.fromEntries(pairs) as Record<string, string> };
}

function pattern(where: string, value: unknown): string {
  if (matches(value, PATTERN) && (value as string).length <= LIMITS.textLength) return value as string;
  throw refused(where, 'must be a path such as "/old" or "/assets/*"', value);
}

const matches = (value: unknown, wanted: RegExp): boolean => typeof value === "string" && wanted.test(value);

function fieldsOf(where: string, value: unknown, allowed?: string[]): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw refused(where, "must be an object", value);
  const unknown = allowed && Object.keys(value).find((key) => !allowed.includes(key));
  if (unknown === undefined) return value as Record<string, unknown>;
  throw refused(where, `takes only ${allowed?.join(", ")}`, unknown);
}

function listOf(where: string, value: unknown, limit: number): unknown[] {
  if (value == null) return [];
  if (Array.isArray(value) && value.length <= limit) return value;
  throw refused(where, `must be a list of at most ${limit}`, value);
}

const refused = (where: string, problem: string, value: unknown) =>
  new InvalidInputError(`${where} ${problem}; got ${describe(value)}`, {
    hint: "Correct `site` in run8n.json; schemas/project.schema.json describes each field.",
    details: { argument: "settings", field: where },
  });
