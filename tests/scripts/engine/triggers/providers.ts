import { createHmac } from "node:crypto";

export const KEY = "whsec";
export const BODY = '{"id":"evt_1"}';
export const hmac = (text: string, algorithm = "sha256") => createHmac(algorithm, KEY).update(text);
export const now = () => Math.floor(Date.now() / 1000);

/** How a provider signs a body. */
export type Case = { provider: string; headers: (body: string) => Record<string, string>; config?: object };
const custom = (encoding: string, algorithm: string) => ({
  authentication_config: { algorithm, encoding, signature_header_name: "x-sig", signature_prefix: "v1=" },
});
export const CASES: Case[] = [
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
