import { createHmac, createPublicKey, generateKeyPairSync, randomUUID, sign as signWith } from "node:crypto";
import { type JWTPayload, SignJWT } from "jose";
import { newUser, type tokenIssuer, userClaims } from "./tokens.ts";

/** The shared secret of tests in which HS256 is allowed too. */
export const SHARED_SECRET = "a shared secret of GoTrue that is long enough";

const part = (value: unknown) =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const hmac = (input: string, key: string | Buffer, digest = "sha256") =>
  createHmac(digest, key).update(input).digest("base64url");

/**
 * Tokens that nobody may be let in by, each by what is wrong with it. Where it can be, everything else about it is
 * right: signed by the issuer's own key, with the claims of a user.
 */
export async function badTokens(
  issuer: Awaited<ReturnType<typeof tokenIssuer>>,
): Promise<[what: string, token: string][]> {
  const user = newUser();
  const claims = userClaims(user, issuer.issuer);
  const now = Math.floor(Date.now() / 1000);
  const { kid, privateKey, jwk } = issuer.signing();
  const good = await issuer.token(user);
  const [head = "", body = "", signature = ""] = good.split(".");
  const publicPem = createPublicKey({ key: jwk as never, format: "jwk" })
    .export({ type: "spki", format: "pem" })
    .toString();
  const foreign = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const foreignJwk = foreign.publicKey.export({ format: "jwk" });
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const es256 = (header: object, payload: object = claims, key = foreign.privateKey) => {
    const input = `${part(header)}.${part(payload)}`;
    return `${input}.${signWith("sha256", Buffer.from(input), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
  };
  const hs256 = (key: string | Buffer, header: object = {}, payload: object = claims, digest = "sha256") => {
    const input = `${part({ alg: "HS256", typ: "JWT", ...header })}.${part(payload)}`;
    return `${input}.${hmac(input, key, digest)}`;
  };
  const unsigned = (alg: string) => `${part({ alg, typ: "JWT", kid })}.${part(claims)}.`;
  const without = (name: string): JWTPayload =>
    Object.fromEntries(Object.entries(claims).filter(([key]) => key !== name));
  const signed = (payload: JWTPayload, header: object = {}) =>
    new SignJWT(payload).setProtectedHeader({ alg: "ES256", kid, typ: "JWT", ...header }).sign(privateKey);
  const withClaims = (more: JWTPayload) => signed({ ...claims, ...more });

  const cases: Record<string, string | Promise<string>> = {
    "an empty text": "",
    "one part": head,
    "two parts": `${head}.${body}`,
    "four parts": `${good}.${signature}`,
    "no signature": `${head}.${body}.`,
    "no claims": `${head}..${signature}`,
    "no header": `.${body}.${signature}`,
    "a header that is no JSON": `${part("{")}.${body}.${signature}`,
    "a header that is a list": `${part([])}.${body}.${signature}`,
    "claims that are no JSON": `${head}.${part("{")}.${signature}`,
    "a signature in another alphabet": `${head}.${body}.${signature.slice(0, -2)}+/`,
    "a line break in it": `${head}\n.${body}.${signature}`,
    "a NUL at its end": `${good}\0`,
    "nine kilobytes": `${head}.${body}.${signature.padEnd(9000, "A")}`,
    "a signature cut short": good.slice(0, -4),
    "a signature in DER": `${head}.${body}.${signWith("sha256", Buffer.from(`${head}.${body}`), foreign.privateKey).toString("base64url")}`,
    "a signature of zeros": `${head}.${body}.${Buffer.alloc(64).toString("base64url")}`,
    "another signature": `${head}.${body}.${part(randomUUID() + randomUUID())}`,
    "other claims under its signature": `${head}.${part({ ...claims, sub: randomUUID() })}.${signature}`,
    "alg none": unsigned("none"),
    "alg None": unsigned("None"),
    "alg NONE": unsigned("NONE"),
    "an empty alg": unsigned(""),
    "alg none with a signature": `${part({ alg: "none", typ: "JWT", kid })}.${body}.${signature}`,
    "no alg at all": `${part({ typ: "JWT", kid })}.${body}.${signature}`,
    "an alg that is a list": `${part({ alg: ["ES256"], typ: "JWT", kid })}.${body}.${signature}`,
    "the public key as a shared secret": hs256(publicPem, { kid }),
    "the public key as a shared secret, without its last line break": hs256(publicPem.trim(), { kid }),
    "the published key as a shared secret": hs256(JSON.stringify(jwk), { kid }),
    "the key's x as a shared secret": hs256(Buffer.from(String((jwk as { x?: string }).x), "base64url"), { kid }),
    "an empty shared secret": hs256(""),
    "a guessed shared secret": hs256("super-secret-jwt-token-with-at-least-32-characters-long"),
    "a shared secret with HS384": hs256(SHARED_SECRET, { alg: "HS384" }, claims, "sha384"),
    "a shared secret with HS512": hs256(SHARED_SECRET, { alg: "HS512" }, claims, "sha512"),
    "a foreign key": es256({ alg: "ES256", typ: "JWT", kid }),
    "a foreign key without its id": es256({ alg: "ES256", typ: "JWT" }),
    "a foreign key's id": es256({ alg: "ES256", typ: "JWT", kid: "nobody's" }),
    "a foreign key in its header": es256({ alg: "ES256", typ: "JWT", jwk: foreignJwk }),
    "a foreign key in its header beside ours": es256({ alg: "ES256", typ: "JWT", kid, jwk: foreignJwk }),
    "an address of keys in its header": es256({ alg: "ES256", typ: "JWT", kid, jku: "https://evil.example/keys" }),
    "a certificate in its header": es256({ alg: "ES256", typ: "JWT", kid, x5c: ["AAAA"] }),
    "a path as key id": es256({ alg: "ES256", typ: "JWT", kid: "../../../dev/null" }),
    "SQL as key id": es256({ alg: "ES256", typ: "JWT", kid: "' union select 'AAAA" }),
    "a number as key id": es256({ alg: "ES256", typ: "JWT", kid: 1 }),
    "our key without its id": signed(claims, { kid: undefined }),
    "an RSA key under the id of ours": new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", kid, typ: "JWT" })
      .sign(rsa.privateKey),
    "an extension that is critical": es256({ alg: "ES256", typ: "JWT", kid, crit: ["exp"], exp: 1 }),
    "another type": signed(claims, { typ: "at+jwt" }),
    "no type": signed(claims, { typ: undefined }),
    "another issuer": withClaims({ iss: "https://evil.example/auth/v1" }),
    "an issuer that only begins like ours": withClaims({ iss: `${issuer.issuer}.evil.example` }),
    "an issuer with a slash more": withClaims({ iss: `${issuer.issuer}/` }),
    "a list of issuers": withClaims({ iss: [issuer.issuer] as never }),
    "no issuer": signed(without("iss")),
    "another audience": withClaims({ aud: "someone-else" }),
    "an empty audience": withClaims({ aud: [] }),
    "no audience": signed(without("aud")),
    "its time over": withClaims({ iat: now - 7200, exp: now - 3600 }),
    "its time over by a minute": withClaims({ iat: now - 7200, exp: now - 60 }),
    "no end": signed(without("exp")),
    "an end that is a text": withClaims({ exp: String(now + 3600) as never }),
    "an end beyond numbers": `${head}.${part(JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e999'))}.${signature}`,
    "a beginning in the future": withClaims({ nbf: now + 600 }),
    "made in the future": withClaims({ iat: now + 600 }),
    "made a month ago": withClaims({ iat: now - 30 * 24 * 3600 }),
    "no time when it was made": signed(without("iat")),
    "the service's role": withClaims({ role: "service_role" }),
    "the anonymous role": withClaims({ role: "anon" }),
    "a list of roles": withClaims({ role: ["authenticated"] }),
    "no role": signed(without("role")),
    "an anonymous user": withClaims({ is_anonymous: true }),
    "no user": signed(without("sub")),
    "a user that is no id": withClaims({ sub: "admin" }),
    "SQL as user": withClaims({ sub: `${user.id}' or '1'='1` }),
    "no session": signed(without("session_id")),
    "a reference as session": withClaims({ session_id: "$var:f/infra/postgres_password" }),
    "no address": signed(without("email")),
    "an empty address": withClaims({ email: "" }),
    "a reference as address": withClaims({ email: "$var:f/infra/postgres_password" }),
    "an address with a line break": withClaims({ email: "a@example.com\r\nBcc: b@example.com" }),
  };
  return Promise.all(
    Object.entries(cases).map(async ([what, token]): Promise<[string, string]> => [what, await token]),
  );
}
