import { generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type TokenRules, verifyToken } from "../../../../f/lib/gotrue/verify.ts";
import { badTokens, SHARED_SECRET } from "../../../support/bad_tokens.ts";
import { newUser, tokenIssuer, userClaims } from "../../../support/tokens.ts";

let issuer: Awaited<ReturnType<typeof tokenIssuer>>;
let rules: TokenRules;
beforeAll(async () => {
  issuer = await tokenIssuer();
  rules = { url: issuer.url, issuer: issuer.issuer };
});
afterAll(() => issuer.stop());

const user = newUser();
const now = () => Math.floor(Date.now() / 1000);
const bySecret = (secret: string) =>
  new SignJWT(userClaims(user, issuer.issuer))
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .sign(new TextEncoder().encode(secret));

describe("verifyToken", () => {
  it("says whose token it is, and nothing that the user wrote", async () => {
    const token = await issuer.token(user, { user_metadata: { name: "$var:f/x/y" } });
    expect(await verifyToken(token, rules)).toEqual({
      ...user,
      sessionId: expect.any(String),
      issuedAt: expect.any(String),
    });
  });

  it("refuses every bad token in the same words, and repeats nothing of it", async () => {
    const bad = await badTokens(issuer);
    expect(bad.length).toBeGreaterThanOrEqual(50);
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    for (const given of [rules, { ...rules, jwtSecret: SHARED_SECRET }]) {
      for (const [what, token] of bad) {
        const outcome = await verifyToken(token, given).catch((error: unknown) => error);
        expect(outcome, what).toMatchObject({ name: "UnauthorizedError", status: 401, code: "unauthorized" });
        expect(JSON.stringify({ ...(outcome as object) }), what).not.toMatch(/evil|admin|postgres_password|eyJ/);
      }
    }
    expect(JSON.stringify(log.mock.calls)).not.toMatch(/evil|admin|postgres_password|eyJ/);
    log.mockRestore();
  });

  it.each<[unknown]>([[undefined], [null], [7], [{}], [["a.b.c"]]])("refuses %j as a token", async (token) => {
    await expect(verifyToken(token, rules)).rejects.toMatchObject({ status: 401 });
  });

  it("takes the shared secret's tokens only where one is given, and only of that secret", async () => {
    const token = await bySecret(SHARED_SECRET);
    await expect(verifyToken(token, rules)).rejects.toMatchObject({ status: 401 });
    const migrating = { ...rules, jwtSecret: SHARED_SECRET };
    expect(await verifyToken(token, migrating)).toMatchObject(user);
    expect(await verifyToken(await issuer.token(user), migrating)).toMatchObject(user);
    await expect(verifyToken(await bySecret(`${SHARED_SECRET}.`), migrating)).rejects.toMatchObject({ status: 401 });
  });

  it("refuses to work with a shared secret that can be guessed", async () => {
    const weak = { ...rules, jwtSecret: "secret" };
    await expect(verifyToken(await bySecret("secret"), weak)).rejects.toMatchObject({ code: "precondition_failed" });
  });

  it("takes RS256 from the key set", async () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const other = await tokenIssuer();
    other.published.keys = [{ ...rsa.publicKey.export({ format: "jwk" }), kid: "rsa-1", alg: "RS256", use: "sig" }];
    const token = await new SignJWT(userClaims(user, other.issuer))
      .setProtectedHeader({ alg: "RS256", kid: "rsa-1", typ: "JWT" })
      .sign(rsa.privateKey);
    expect(await verifyToken(token, { url: other.url, issuer: other.issuer })).toMatchObject(user);
    await other.stop();
  });

  it("refuses the tokens of another GoTrue", async () => {
    const other = await tokenIssuer();
    const token = await other.token(user);
    await expect(verifyToken(token, rules)).rejects.toMatchObject({ status: 401 });
    await expect(verifyToken(token, { url: other.url, issuer: issuer.issuer })).rejects.toMatchObject({ status: 401 });
    await other.stop();
  });

  it.each([
    ["ended 20 seconds ago", { exp: -20 }, true],
    ["ended 40 seconds ago", { exp: -40 }, false],
    ["begins in 20 seconds", { nbf: 20 }, true],
    ["begins in 40 seconds", { nbf: 40 }, false],
    ["was made in 20 seconds", { iat: 20 }, true],
    ["was made in 40 seconds", { iat: 40 }, false],
  ])("allows clocks 30 seconds of difference: %s", async (_, offsets, accepted) => {
    const times = Object.fromEntries(Object.entries(offsets).map(([claim, seconds]) => [claim, now() + seconds]));
    const outcome = await verifyToken(await issuer.token(user, times), rules).catch((error) => error.status);
    expect(outcome === 401).toBe(!accepted);
  });

  it("says that a token has expired, so that a front end knows to refresh", async () => {
    const token = await issuer.token(user, { exp: now() - 3600 });
    await expect(verifyToken(token, rules)).rejects.toThrow("The token has expired");
  });
});

describe("the keys of GoTrue", () => {
  it("are read once, again for a new key, and not for each made-up one", async () => {
    const other = await tokenIssuer();
    const given = { url: other.url, issuer: other.issuer };
    const verify = async () => verifyToken(await other.token(user), given);
    await Promise.all([verify(), verify(), verify()]);
    await verify();
    expect(other.published.asked).toBe(1);
    for (let made = 0; made < 20; made++) {
      const token = await other.token(user, {}, { kid: `made-up-${made}` });
      await expect(verifyToken(token, given)).rejects.toMatchObject({ status: 401 });
    }
    expect(other.published.asked).toBe(1); // within the first 30 seconds

    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 31_000 });
    await other.rotate("key-2");
    await verify();
    expect(other.published.asked).toBe(2);

    vi.setSystemTime(Date.now() + 11 * 60_000);
    const old = await other.token(user);
    other.published.keys = [];
    await expect(verifyToken(old, given)).rejects.toMatchObject({ status: 401 }); // taken out, so no longer trusted
    vi.useRealTimers();
    await other.stop();
  });

  it.each<[string, (other: Awaited<ReturnType<typeof tokenIssuer>>) => unknown, string]>([
    ["does not answer", (other) => other.stop(), "upstream_unreachable"],
    ["answers with an error", (other) => Object.assign(other.published, { status: 500 }), "upstream_failed"],
    ["has no key set", (other) => Object.assign(other.published, { keys: undefined }), "upstream_failed"],
  ])("are missed when GoTrue %s, which is no fault of the token", async (_, spoil, code) => {
    const other = await tokenIssuer();
    const token = await other.token(user);
    await spoil(other);
    await expect(verifyToken(token, { url: other.url, issuer: other.issuer })).rejects.toMatchObject({
      code,
      status: 502,
    });
    await other.stop();
  });
});
