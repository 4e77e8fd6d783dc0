import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportJWK, generateKeyPair, importJWK, type JWK, type JWTPayload, jwtVerify, SignJWT } from "jose";

/** The key that access tokens are signed with, and what is published of it. */
export type Keys = {
  sign: (claims: JWTPayload) => Promise<string>;
  /** The claims of a token that we signed, or that was signed with the shared secret; throws for any other. */
  verify: (token: string) => Promise<JWTPayload>;
  published: { keys: JWK[] };
};

/** Makes an ES256 key once and keeps it in the folder, where only its owner may read it. */
export async function openKeys(dataDir: string, jwtSecret: string): Promise<Keys> {
  const file = join(dataDir, "key.json");
  if (!existsSync(file)) writeFileSync(file, JSON.stringify(await newKey()), { mode: 0o600 });
  const { d, ...open } = JSON.parse(readFileSync(file, "utf8")) as JWK;
  const privateKey = await importJWK({ ...open, d }, "ES256");
  const publicKey = await importJWK(open, "ES256");
  const secret = new TextEncoder().encode(jwtSecret);
  return {
    sign: (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: open.kid!, typ: "JWT" }).sign(privateKey),
    verify: async (token) => {
      const key = ({ alg = "" }: { alg?: string }) => (alg === "HS256" ? secret : publicKey);
      return (await jwtVerify(token, key, { algorithms: ["ES256", "HS256"] })).payload;
    },
    published: { keys: [{ ...open, use: "sig", key_ops: ["verify"] }] },
  };
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair("ES256", { extractable: true });
  return { ...(await exportJWK(privateKey)), kid: crypto.randomUUID(), alg: "ES256" };
}
