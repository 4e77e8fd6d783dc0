import { UpstreamError } from "../errors.ts";
import type { NocodbValue } from "../resources.ts";
import { refusalOf } from "./refusals.ts";

type Query = Record<string, string | number | undefined>;
type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** How NocoDB is spoken to. Paths are its own, from `/api/` on; parts that come from outside are encoded by `path`. */
export type Nocodb = {
  get<T>(path: string, query?: Query): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  delete<T>(path: string, body?: unknown): Promise<T>;
  /** The same, signed in with the resource's e-mail and password: what NocoDB lets no token do. */
  asAdmin(): Promise<Nocodb>;
  /** The resource this was opened with, for what has to be handed on to NocoDB. */
  value: NocodbValue;
};

/** One call may carry a thousand records, or wait for a formula over a large table. */
const TIMEOUT_MS = 120_000;

/** A NocoDB as the resource names it. `fetch` is injected by tests. */
export function openNocodb(value: NocodbValue, fetch: typeof globalThis.fetch = globalThis.fetch): Nocodb {
  return { ...speaker(value, fetch, { "xc-token": value.token }), asAdmin: () => signIn(value, fetch) };
}

/** Signs in as the given user, for what is done in that user's name. */
export async function signIn(value: NocodbValue, fetch: typeof globalThis.fetch = globalThis.fetch): Promise<Nocodb> {
  const { email, password } = value;
  if (!email || !password)
    throw new UpstreamError("NocoDB lets no token do this, and the resource has no e-mail and password to sign in", {
      hint: "Add email and password of a super admin to the resource f/infra/nocodb.",
    });
  const anonymous = speaker(value, fetch, {});
  const { token } = await anonymous.post<{ token: string }>("/api/v2/auth/user/signin", { email, password });
  const signedIn: Nocodb = { ...speaker(value, fetch, { "xc-auth": token }), asAdmin: async () => signedIn };
  return signedIn;
}

/** Puts a path together: `path\`/api/v2/tables/${id}/records\`` encodes each part, so that none leads elsewhere. */
export const path = (texts: TemplateStringsArray, ...parts: (string | number)[]): string =>
  String.raw({ raw: texts }, ...parts.map((part) => encodeURIComponent(part)));

function speaker(
  value: NocodbValue,
  fetch: typeof globalThis.fetch,
  login: Record<string, string>,
): Omit<Nocodb, "asAdmin"> {
  const base = value.url.replace(/\/+$/, "");
  const send = async <T>(method: Method, path: string, body?: unknown, query: Query = {}): Promise<T> => {
    const given = Object.entries(query).flatMap(([key, one]) => (one === undefined ? [] : [[key, String(one)]]));
    const url = `${base}${path}${given.length ? `?${new URLSearchParams(given)}` : ""}`;
    const answer = await fetch(url, {
      method,
      headers: { ...login, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((cause: unknown) => {
      throw unreachable(base, cause);
    });
    const text = await answer.text().catch((cause: unknown) => {
      throw unreachable(base, cause);
    });
    if (!answer.ok) throw refusalOf({ status: answer.status, text, method, path });
    return parse<T>(text);
  };
  return {
    value,
    get: (path, query) => send("GET", path, undefined, query),
    post: (path, body) => send("POST", path, body),
    patch: (path, body) => send("PATCH", path, body),
    delete: (path, body) => send("DELETE", path, body),
  };
}

/** `fetch` wraps what the system said; a deadline of ours has no cause. */
const unreachable = (base: string, error: unknown): UpstreamError =>
  new UpstreamError(`NocoDB at ${base} did not answer`, {
    code: "upstream_unreachable",
    hint: "Check the resource f/infra/nocodb and that the server runs, then call again.",
    retryable: true,
    cause: (error as Error).cause ?? error,
  });

function parse<T>(text: string): T {
  if (text === "") return undefined as T; // some of what it deletes it answers with nothing
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new UpstreamError("NocoDB answered with something that is not JSON", {
      hint: "Check that the URL of the resource f/infra/nocodb leads to NocoDB itself.",
      cause,
    });
  }
}
