import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { freePort } from "../../scripts/stack/process.ts";

export type TokenUser = { id: string; email: string };

/**
 * What signs tokens as GoTrue does (ES256) and publishes its keys on a port of its own, for tests of what stands behind
 * a token. `rotate` takes a new key; `keys` is what is published, `asked` how often somebody looked.
 */
export async function tokenIssuer() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const published: { keys: object[]; asked: number; status: number } = { keys: [], asked: 0, status: 200 };
  let signing = await newKey("key-1");
  published.keys = [signing.jwk];
  const server = createServer((request, answer) => {
    published.asked++;
    const known = request.url === "/.well-known/jwks.json";
    answer.statusCode = known ? published.status : 404;
    answer.end(JSON.stringify({ keys: published.keys }));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const issuer = `${url}/issuer`;
  return {
    url,
    issuer,
    published,
    signing: () => signing,
    /** The value of the resource `f/infra/gotrue` that accepts these tokens. */
    resource: () => ({ url, issuer, serviceKey: "not-used-here" }),
    /** An access token; claims and header replace what it would have. */
    token: (user: TokenUser, claims: JWTPayload = {}, header: Record<string, unknown> = {}): Promise<string> =>
      new SignJWT({ ...userClaims(user, issuer), ...claims })
        .setProtectedHeader({ alg: "ES256", kid: signing.kid, typ: "JWT", ...header })
        .sign(signing.privateKey),
    async rotate(kid: string) {
      signing = await newKey(kid);
      published.keys = [...published.keys, signing.jwk];
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

/** A user whom nobody knows yet. */
export const newUser = (name = "ada"): TokenUser => {
  const id = randomUUID();
  return { id, email: `${name}-${id.slice(0, 8)}@example.com` };
};

/** The claims of GoTrue's access tokens, good for an hour. */
export function userClaims({ id, email }: TokenUser, issuer: string): JWTPayload {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    sub: id,
    aud: "authenticated",
    iat: now,
    exp: now + 3600,
    email,
    phone: "",
    app_metadata: { provider: "email", providers: ["email"] },
    user_metadata: {},
    role: "authenticated",
    aal: "aal1",
    amr: [{ method: "password", timestamp: now }],
    session_id: randomUUID(),
    is_anonymous: false,
  };
}

async function newKey(kid: string) {
  const { publicKey, privateKey } = await generateKeyPair("ES256", { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: "ES256", use: "sig", key_ops: ["verify"] };
  return { kid, privateKey, publicKey, jwk };
}
