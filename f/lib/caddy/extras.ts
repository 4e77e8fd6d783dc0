import { InvalidInputError } from "../errors.ts";
import { describe } from "../names.ts";
import { HEADER_NAME, HEADER_VALUE, OWN_HEADERS } from "../sites/sites_settings.ts";
import type { CaddyHandler, CaddyMatch } from "./route.ts";
import { API_PATHS } from "./site_api.ts";
import { AUTH_PATHS } from "./site_auth.ts";

/** What any route may have beside what it answers with. */
export type Extras = {
  /** Headers that every answer gets. */
  headers?: Record<string, string>;
  /** Who may come in: a user name, and the password as bcrypt has it. */
  visitors?: { user: string; hash: string };
};

/** A site's API and the sign-in on its origin know their callers by themselves, and by the same header. */
const GUARDED_ELSEWHERE: CaddyMatch = { path: [...API_PATHS, ...AUTH_PATHS] };

/** What happens before a route answers. */
export function extraHandlers({ headers, visitors }: Extras, isSite: boolean): CaddyHandler[] {
  const login = visitors && loginHandler(visitors);
  const set = Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, [value]]));
  return [
    ...(headers ? [{ handler: "headers", response: { set, deferred: true } }] : []),
    ...(login && isSite
      ? [{ handler: "subroute", routes: [{ match: [{ not: [GUARDED_ELSEWHERE] }], handle: [login] }] }]
      : []),
    // An app behind it gets no password that it has no use for.
    ...(login && !isSite ? [login, { handler: "headers", request: { delete: ["Authorization"] } }] : []),
  ];
}

const loginHandler = ({ user, hash }: { user: string; hash: string }): CaddyHandler => ({
  handler: "authentication",
  providers: {
    http_basic: {
      hash: { algorithm: "bcrypt" },
      // In base64, which older versions of Caddy demand and newer ones take.
      accounts: [{ username: user, password: Buffer.from(hash).toString("base64") }],
      hash_cache: {},
      realm: "restricted",
    },
  },
});

const MAX_HEADERS = 20;

/** Headers as a caller lists them; undefined for none at all. Throws InvalidInput for what is none of ours to set. */
export function routeHeaders(value: unknown): Record<string, string> | undefined {
  const list = value as { name?: unknown; value?: unknown }[];
  if (!Array.isArray(value) || value.length > MAX_HEADERS) throw refused("must be a list of at most 20", value);
  for (const { name, value: text } of list) {
    if (typeof name !== "string" || !HEADER_NAME.test(name)) throw refused("name one that is none", name);
    if (OWN_HEADERS.has(name.toLowerCase())) throw refused("name one that the server decides itself", name);
    if (typeof text !== "string" || !HEADER_VALUE.test(text))
      throw refused("may only hold printable ASCII text without braces", text);
  }
  const headers = Object.fromEntries(list.map((one) => [one.name, one.value])) as Record<string, string>;
  return list.length > 0 ? headers : undefined;
}

const refused = (problem: string, value: unknown) =>
  new InvalidInputError(`headers ${problem}; got ${describe(value)}`, {
    hint: 'Pass a list such as [{ "name": "X-Robots-Tag", "value": "noindex" }].',
    details: { argument: "headers" },
  });
