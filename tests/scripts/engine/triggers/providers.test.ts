import Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../../support/engine.ts";
import { BODY, CASES, KEY } from "./providers.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
  await engine.deploy("f/test/echo", "export function main(raw_string: string) { return raw_string; }");
  await engine.create("variables", { path: "f/test/key", value: KEY, is_secret: true, description: "" });
});
afterAll(() => engine.stop());

let made = 0;
/** A trigger that lets in what a provider has signed; its secret lies in a variable. */
async function trigger(value: Record<string, unknown>): Promise<string> {
  const route = `signed-${made++}`;
  const path = `f/test/signed_${made}`;
  await engine.create("resources", {
    path,
    resource_type: "signature_auth",
    value: { ...value, secret_key: "$var:f/test/key" },
  });
  await engine.create("http_triggers", {
    path,
    script_path: "f/test/echo",
    route_path: route,
    http_method: "post",
    is_flow: false,
    request_type: "sync",
    authentication_method: "signature",
    authentication_resource_path: path,
    is_static_website: false,
    workspaced_route: false,
    wrap_body: false,
    raw_string: false,
  });
  return `${engine.url}/api/r/${route}`;
}

const send = (url: string, headers: Record<string, string>, body = BODY) =>
  fetch(url, { method: "POST", headers: { "content-type": "application/json", ...headers }, body });

describe.each(CASES)("an http trigger for webhooks of $provider", ({ provider, config, headers }) => {
  it("lets in what is signed, byte for byte, and refuses what is not", async () => {
    const url = await trigger({ signature_provider: provider, ...config });
    const genuine = await send(url, headers(BODY));
    expect([genuine.status, await genuine.json()]).toEqual([200, BODY]);
    const changed = await send(url, headers(BODY), BODY.replace("1", "2"));
    expect([changed.status, await changed.json()]).toEqual([401, { error: "signature invalid" }]);
    expect((await send(url, {})).status).toBe(400);
  });
});

describe("an http trigger for webhooks of Stripe", () => {
  it("lets in what Stripe's own library has signed", async () => {
    const url = await trigger({ signature_provider: "Stripe" });
    const payload = '{\n  "id": "evt_1",\n  "name": "Zoë"\n}';
    const header = new Stripe("sk_test_1").webhooks.generateTestHeaderString({ payload, secret: KEY });
    const answer = await send(url, { "stripe-signature": header }, payload);
    expect([answer.status, await answer.json()]).toEqual([200, payload]);
  });
});
