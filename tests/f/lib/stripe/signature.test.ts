import { createHmac } from "node:crypto";
import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { checkSignature } from "../../../../f/lib/stripe/signature.ts";

const NOW = Date.UTC(2030, 0, 1);
const AT = NOW / 1000;
const BODY = '{"id":"evt_1","note":"Grüße"}';
const sign = (secret: string, body = BODY, at: number | string = AT) =>
  createHmac("sha256", secret).update(`${at}.${body}`).digest("hex");
const header = (secret = "whsec_a", body = BODY, at: number | string = AT) => `t=${at},v1=${sign(secret, body, at)}`;

describe("checkSignature", () => {
  it("takes what the official package signs", () => {
    const signed = Stripe.webhooks.generateTestHeaderString({ payload: BODY, secret: "whsec_a" });
    expect(() => checkSignature(BODY, signed, ["whsec_a"])).not.toThrow();
  });

  it.each<[string, string, string[]]>([
    ["the only secret", header(), ["whsec_a"]],
    ["the older of two secrets", header("whsec_a"), ["whsec_b", "whsec_a"]],
    ["one of several signatures", `t=${AT},v1=${sign("whsec_x")},v1=${sign("whsec_a")}`, ["whsec_a"]],
    ["a clock that is 300 s behind", header("whsec_a", BODY, AT - 300), ["whsec_a"]],
  ])("takes %s", (_, given, secrets) => {
    expect(() => checkSignature(BODY, given, secrets, NOW)).not.toThrow();
  });

  it.each<[string, string | undefined, string[]]>([
    ["no header", undefined, ["whsec_a"]],
    ["an empty header", "", ["whsec_a"]],
    ["no signature", `t=${AT}`, ["whsec_a"]],
    ["no time", `v1=${sign("whsec_a")}`, ["whsec_a"]],
    ["another secret", header("whsec_z"), ["whsec_a"]],
    ["no secret at all", header(""), []],
    ["another body", header("whsec_a", `${BODY} `), ["whsec_a"]],
    ["a time that was not signed", header().replace(`t=${AT}`, `t=${AT + 1}`), ["whsec_a"]],
    ["a signature of another scheme", header().replace("v1=", "v0="), ["whsec_a"]],
    ["half a signature", header().slice(0, -10), ["whsec_a"]],
    ["a time of 301 s ago", header("whsec_a", BODY, AT - 301), ["whsec_a"]],
    ["a time 301 s ahead", header("whsec_a", BODY, AT + 301), ["whsec_a"]],
    ["a time that is none", header("whsec_a", BODY, "now"), ["whsec_a"]],
    ["a reference to a secret", "$var:f/infra/stripe_key", ["whsec_a"]],
  ])("refuses %s, and repeats nothing of it", (_, given, secrets) => {
    const check = () => checkSignature(BODY, given, secrets, NOW);
    expect(check).toThrow(/signature/);
    if (given) expect(check).not.toThrow(given);
  });
});
