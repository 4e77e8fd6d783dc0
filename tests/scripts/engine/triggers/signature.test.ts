import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkSignature, type SignatureResource } from "../../../../scripts/engine/triggers/signature.ts";

const KEY = "whsec";
const BODY = '{"id":"evt_1"}';
const hmac = (text: string, algorithm = "sha256") => createHmac(algorithm, KEY).update(text);
const now = () => Math.floor(Date.now() / 1000);

type Case = { provider: string; headers: (body: string) => Record<string, string>; config?: object };
const custom = (encoding: string, algorithm: string) => ({
  authentication_config: { algorithm, encoding, signature_header_name: "x-sig", signature_prefix: "v1=" },
});
const CASES: Case[] = [
  { provider: "Github", headers: (body) => ({ "x-hub-signature-256": `sha256=${hmac(body).digest("hex")}` }) },
  {
    provider: "Slack",
    headers: (body) => ({
      "x-slack-request-timestamp": "5",
      "x-slack-signature": `v0=${hmac(`v0:5:${body}`).digest("hex")}`,
    }),
  },
  {
    provider: "Stripe",
    headers(body) {
      const at = now();
      return { "stripe-signature": `t=${at},v1=${hmac(`${at}.${body}`).digest("hex")},v0=old` };
    },
  },
  { provider: "TikTok", headers: (body) => ({ "tiktok-signature": `t=5,s=${hmac(`5.${body}`).digest("hex")}` }) },
  {
    provider: "Twitch",
    headers: (body) => ({
      "twitch-eventsub-message-id": "id",
      "twitch-eventsub-message-timestamp": "ts",
      "twitch-eventsub-message-type": "notification",
      "twitch-eventsub-message-signature": `sha256=${hmac(`idts${body}`).digest("hex")}`,
    }),
  },
  {
    provider: "Zoom",
    headers: (body) => ({
      "x-zm-request-timestamp": "5",
      "x-zm-signature": `v0=${hmac(`v0:5:${body}`).digest("hex")}`,
    }),
  },
  {
    provider: "Custom",
    config: custom("base64", "sha512"),
    headers: (body) => ({ "x-sig": `v1=${hmac(body, "sha512").digest("base64")}` }),
  },
  {
    provider: "Custom",
    config: custom("base64uri", "sha1"),
    headers: (body) => ({
      "x-sig": `v1=${hmac(body, "sha1").digest("base64").replaceAll("+", "-").replaceAll("/", "_")}`,
    }),
  },
];

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
