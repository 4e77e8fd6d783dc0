import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from "jose";
import { UpstreamError } from "../errors.ts";

const TIMEOUT_MS = 5000;
/** A key that GoTrue has taken out is trusted no longer than this. */
const MAX_AGE_MS = 10 * 60_000;
/** Tokens with made-up key ids make us ask GoTrue once in this time, not once each. */
const COOLDOWN_MS = 30_000;

const known = new Map<string, JWTVerifyGetKey>();

/**
 * GoTrue's published keys, kept for as long as this process lives, up to ten minutes. A key id that is not among them
 * makes them be read again, so a new key works at once.
 */
export function keySetOf(url: string, fetch: typeof globalThis.fetch): JWTVerifyGetKey {
  const address = `${url.replace(/\/+$/, "")}/.well-known/jwks.json`;
  const found = known.get(address);
  if (found) return found;
  const keys = createRemoteJWKSet(new URL(address), {
    timeoutDuration: TIMEOUT_MS,
    cacheMaxAge: MAX_AGE_MS,
    cooldownDuration: COOLDOWN_MS,
    [customFetch]: (target, options) => readKeys(() => fetch(target, options)),
  });
  known.set(address, keys);
  return keys;
}

/** What is wrong with the keys is no fault of the token, so it is told apart here. */
async function readKeys(ask: () => Promise<Response>): Promise<Response> {
  const answer = await ask().catch((cause: unknown) => {
    throw failed("did not answer", cause);
  });
  if (!answer.ok) throw failed(`answered with status ${answer.status}`);
  const { keys } = (await answer.json().catch(() => ({}))) as { keys?: unknown };
  if (Array.isArray(keys)) return Response.json({ keys });
  throw failed("answered with something else than a key set");
}

const failed = (what: string, cause?: unknown): UpstreamError =>
  new UpstreamError(`GoTrue ${what} when asked for its keys`, {
    code: cause === undefined ? "upstream_failed" : "upstream_unreachable",
    hint: "Check that GoTrue runs and that url of the resource f/infra/gotrue leads to it.",
    retryable: true,
    ...(cause === undefined ? {} : { cause }),
  });
