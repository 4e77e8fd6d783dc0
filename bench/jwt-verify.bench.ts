import { readFileSync } from "node:fs";
import { createRemoteJWKSet, jwtVerify, SignJWT } from "jose";
import { OperationError } from "../f/lib/errors.ts";
import { type TokenRules, verifyToken } from "../f/lib/gotrue/verify.ts";
import { badTokens, SHARED_SECRET } from "../tests/support/bad_tokens.ts";
import { newUser, tokenIssuer, userClaims } from "../tests/support/tokens.ts";
import { type Bench, inTurn } from "./report.ts";

const TOKENS = 200;

/** What checking a token costs over jose alone, with the same keys from the same server; and that no bad one is let in. */
const bench: Bench = {
  summary: "verifying a token against bare jose with the same key set; bad tokens let in",
  async run({ runs }) {
    const { version } = JSON.parse(readFileSync("node_modules/jose/package.json", "utf8")) as { version: string };
    const rival = `jose ${version} jwtVerify`;
    const issuer = await tokenIssuer();
    try {
      const rules: TokenRules = { url: issuer.url, issuer: issuer.issuer };
      const expected = { issuer: issuer.issuer, audience: "authenticated" };
      const keys = createRemoteJWKSet(new URL(`${issuer.url}/.well-known/jwks.json`));
      const secret = new TextEncoder().encode(SHARED_SECRET);
      const byKey = await Promise.all(Array.from({ length: TOKENS }, () => issuer.token(newUser())));
      const bySecret = await Promise.all(
        Array.from({ length: TOKENS }, () =>
          new SignJWT(userClaims(newUser(), issuer.issuer))
            .setProtectedHeader({ alg: "HS256", typ: "JWT" })
            .sign(secret),
        ),
      );
      const each = (tokens: string[], verify: (token: string) => Promise<unknown>) => async () => {
        const start = performance.now();
        for (const token of tokens) await verify(token);
        return ((performance.now() - start) / tokens.length) * 1000;
      };
      const cases = [
        await inTurn(
          { case: "ES256 by key set, a token", rival, runs, unit: "µs" },
          each(byKey, (token) => verifyToken(token, rules)),
          each(byKey, (token) => jwtVerify(token, keys, expected)),
        ),
        await inTurn(
          { case: "HS256 by secret, a token", rival, runs, unit: "µs" },
          each(bySecret, (token) => verifyToken(token, { ...rules, jwtSecret: SHARED_SECRET })),
          each(bySecret, (token) => jwtVerify(token, secret, expected)),
        ),
      ];
      const bad = await badTokens(issuer);
      let accepted = 0;
      for (const given of [rules, { ...rules, jwtSecret: SHARED_SECRET }])
        for (const [, token] of bad) if (await isAccepted(token, given)) accepted++;
      return {
        cases,
        counts: { tokens: bad.length * 2, accepted, goodTokens: TOKENS * 2, keySetReads: issuer.published.asked },
      };
    } finally {
      await issuer.stop();
    }
  },
};
export default bench;

async function isAccepted(token: string, rules: TokenRules): Promise<boolean> {
  try {
    await verifyToken(token, rules);
    return true;
  } catch (error) {
    if (error instanceof OperationError && error.status === 401) return false;
    throw error;
  }
}
