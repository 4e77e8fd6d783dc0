import { describe, expect, it } from "vitest";
import { checkSignature, type SignatureResource } from "../../../../scripts/engine/triggers/signature.ts";
import { BODY, CASES, type Case, hmac, KEY, now } from "./providers.ts";

const check = ({ provider, config }: Case, headers: Record<string, string>, body = BODY) =>
  checkSignature(
    { signature_provider: provider, secret_key: KEY, ...config } as SignatureResource,
    new Headers(headers),
    body,
  );

describe.each(CASES)("a webhook of $provider", (one) => {
  it("passes with its signature", () => {
    expect(check(one, one.headers(BODY))).toBeUndefined();
  });

  it("is refused with 401 when the body differs by one character", async () => {
    const answer = check(one, one.headers(BODY), `${BODY} `);
    expect([answer?.status, await answer?.json()]).toEqual([401, { error: "signature invalid" }]);
  });

  it("is refused with 400 without its header", () => {
    expect(check(one, {})?.status).toBe(400);
  });
});

describe("Stripe", () => {
  const stripe = CASES[2] as Case;
  const signedAt = (at: number | string) => ({
    "stripe-signature": `t=${at},v1=${hmac(`${at}.${BODY}`).digest("hex")}`,
  });

  it.each([
    ["six minutes ago", now() - 360, "signature timestamp too old"],
    ["in six minutes", now() + 360, "signature timestamp too far in future"],
    ["at no time", "x", "failed to parse timestamp"],
  ])("is refused when it was signed %s", async (_, at, error) => {
    const answer = check(stripe, signedAt(at));
    expect([answer?.status, await answer?.json()]).toEqual([400, { error }]);
  });
});

describe("a challenge", () => {
  it("of Zoom is answered with the token and its signature", async () => {
    const body = '{"event":"endpoint.url_validation","payload":{"plainToken":"abc"},"event_ts":1}';
    const answer = check(CASES[5] as Case, {}, body);
    expect(await answer?.json()).toEqual({ plainToken: "abc", encryptedToken: hmac("abc").digest("hex") });
  });

  it("of Twitch is answered with its text, once the signature holds", async () => {
    const twitch = CASES[4] as Case;
    const body = '{"challenge":"abc","subscription":{}}';
    const headers = { ...twitch.headers(body), "twitch-eventsub-message-type": "webhook_callback_verification" };
    expect(await check(twitch, headers, body)?.text()).toBe("abc");
    expect(check(twitch, { ...headers, "twitch-eventsub-message-id": "other" }, body)?.status).toBe(401);
  });
});
