import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from "jose";
import { OperationError, PreconditionError, UnauthorizedError } from "../errors.ts";
import { isUuid } from "../names.ts";
import { keySetOf } from "./keys.ts";

/** What tokens are judged by. */
export type TokenRules = {
  /** GoTrue as we reach it; its key set lies at `<url>/.well-known/jwks.json`. */
  url: string;
  issuer: string;
  /** `authenticated` unless said otherwise. */
  audience?: string;
  /** Lets tokens in that are signed with the old shared secret. */
  jwtSecret?: string;
};

/** What a verified token says of its user. Nothing the user could write freely is in it. */
export type VerifiedUser = { id: string; email: string; sessionId: string; issuedAt: string };

/** Who somebody is, whatever token told. */
export type Person = Pick<VerifiedUser, "id" | "email">;

export type VerifyPorts = { fetch?: typeof globalThis.fetch; now?: () => Date };

const BY_KEY_SET = ["ES256", "RS256"];
const BY_SECRET = "HS256";
const CLOCK_SKEW_SECONDS = 30;
/** GoTrue lets a token live for a week at most. */
const MAX_AGE_SECONDS = 7 * 24 * 3600;
const MAX_TOKEN_BYTES = 8192;
const MIN_SECRET_BYTES = 32;
/** Closer than an address must be: it becomes an argument of the job, in which Windmill may replace strings. */
const EMAIL = /^[^\s@$"\\\p{Cc}][^\s@"\\\p{Cc}]{0,63}@[^\s@"\\\p{Cc}]{1,189}$/u;

/**
 * Says whose token it is. It must be signed by GoTrue with a key of its key set (ES256 or RS256), or with the shared
 * secret (HS256) where one is given, and be meant for us: issuer, audience, role, times with 30 seconds of skew.
 * Throws Unauthorized for every other token, Upstream when the keys cannot be read. Nothing of a token is repeated.
 */
export async function verifyToken(
  token: unknown,
  rules: TokenRules,
  { fetch = globalThis.fetch, now = () => new Date() }: VerifyPorts = {},
): Promise<VerifiedUser> {
  if (typeof token !== "string" || token.length > MAX_TOKEN_BYTES) throw refused();
  const key = keyChoice(rules, fetch);
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: rules.jwtSecret ? [...BY_KEY_SET, BY_SECRET] : BY_KEY_SET,
      typ: "JWT",
      issuer: rules.issuer,
      audience: rules.audience ?? "authenticated",
      requiredClaims: ["sub", "exp", "iat"],
      clockTolerance: CLOCK_SKEW_SECONDS,
      maxTokenAge: MAX_AGE_SECONDS,
      currentDate: now(),
    });
    return userOf(payload);
  } catch (error) {
    if (error instanceof OperationError) throw error;
    if (error instanceof errors.JWTExpired) throw expired();
    // Only the kind: jose puts the claims on its errors.
    if (!(error instanceof errors.JOSEError)) console.error(`token: ${(error as Error).name}`);
    throw refused();
  }
}

/** Each algorithm has its own kind of key, so that a public key is never taken for a shared secret. */
function keyChoice({ url, jwtSecret }: TokenRules, fetch: typeof globalThis.fetch): JWTVerifyGetKey {
  return async (header, token) => {
    if (header.alg === BY_SECRET) return secretKey(jwtSecret);
    if (typeof header.kid !== "string") throw refused();
    return keySetOf(url, fetch)(header, token);
  };
}

function secretKey(secret = ""): Uint8Array {
  const bytes = new TextEncoder().encode(secret);
  if (bytes.length >= MIN_SECRET_BYTES) return bytes;
  throw new PreconditionError(`GoTrue's shared secret must have at least ${MIN_SECRET_BYTES} bytes`, {
    hint: "Set jwtSecret of the resource f/infra/gotrue to GoTrue's own, or take it out.",
  });
}

/** A session of a person who has an address; service keys, anonymous users and tokens of other kinds are refused. */
function userOf(claims: JWTPayload): VerifiedUser {
  const { sub, email, session_id: sessionId, role, is_anonymous: isAnonymous } = claims;
  const isUser = role === "authenticated" && !isAnonymous;
  if (!isUser || !isUuid(sub) || !isUuid(sessionId) || typeof email !== "string" || !EMAIL.test(email)) throw refused();
  return { id: sub, email, sessionId, issuedAt: new Date(Number(claims.iat) * 1000).toISOString() };
}

const refused = () =>
  new UnauthorizedError("The token is not one of a signed-in user here", {
    hint: "Sign in and send the access token as `authorization: Bearer <token>`.",
  });

const expired = () =>
  new UnauthorizedError("The token has expired", { hint: "Refresh the session and send the request again." });
