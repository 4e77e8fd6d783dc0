import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

let engine: TestEngine;
let made = 0;

const ECHO =
  "export function main(a?: unknown, body?: unknown, raw_string?: string) { return { a, body, raw_string }; }";
const EVENT =
  "export function preprocessor(event: unknown) { return { event }; } export function main(event: unknown) { return event; }";

beforeAll(async () => {
  engine = await startEngine();
  await engine.deploy("f/test/echo", ECHO);
  await engine.deploy("f/test/event", EVENT);
});
afterAll(() => engine.stop());

/** Makes an http trigger and returns its route. */
async function trigger(options: Record<string, unknown> = {}): Promise<string> {
  const route = `route-${made++}`;
  await engine.create("http_triggers", {
    path: `f/test/${route.replace("-", "_")}`,
    script_path: "f/test/echo",
    route_path: route,
    http_method: "post",
    is_flow: false,
    request_type: "sync",
    authentication_method: "none",
    is_static_website: false,
    workspaced_route: false,
    wrap_body: false,
    raw_string: false,
    ...options,
  });
  return String(options.route_path ?? route);
}

const call = (route: string, init: RequestInit = {}) =>
  fetch(`${engine.url}/api/r/${route}`, { method: "POST", ...init });
const json = (body: unknown): RequestInit => ({
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

describe("an http trigger", () => {
  it("passes the body's members to main, and neither query nor headers", async () => {
    const route = await trigger();
    const answer = await call(`${route}?a=from-query&include_query=a&raw=true`, json({ body: 2 }));
    expect(await answer.json()).toEqual({ a: null, body: 2, raw_string: null });
  });

  it("wraps the body when told to", async () => {
    const route = await trigger({ wrap_body: true });
    expect(await (await call(route, json({ a: 1 }))).json()).toMatchObject({ a: null, body: { a: 1 } });
  });

  it("passes the exact text beside the value when told to", async () => {
    const route = await trigger({ raw_string: true });
    const text = '{ "a":1,\n"ü":"€" }';
    const answer = await call(route, { headers: { "content-type": "application/json" }, body: text });
    expect(await answer.json()).toMatchObject({ a: 1, raw_string: text });
  });

  it("gives a preprocessor all there is to know about the request", async () => {
    const route = "shop/:project/*rest";
    await trigger({ route_path: route, workspaced_route: true, script_path: "f/test/event", raw_string: true });
    const answer = await call("windmill_automations/shop/my%20shop/a/b?q=1", {
      headers: { "content-type": "application/json", "X-Custom": "c" },
      body: '{"a":1}',
    });
    expect(await answer.json()).toMatchObject({
      kind: "http",
      route,
      path: "windmill_automations/shop/my shop/a/b",
      method: "post",
      params: { project: "my shop", rest: "a/b" },
      query: { q: "1" },
      headers: { "x-custom": "c" },
      body: { a: 1 },
      raw_string: '{"a":1}',
    });
  });

  it("answers 404 as text for another method, another path and no path", async () => {
    const route = await trigger();
    for (const answer of [await call(route, { method: "GET" }), await call(`${route}/more`), await call("")]) {
      expect(answer.status).toBe(404);
      expect(answer.headers.get("content-type")).toContain("text/plain");
      expect(await answer.text()).toMatch(/^Not found: Trigger not found at name/);
    }
  });

  it("ignores a slash at the end, and prefers fixed segments to parameters", async () => {
    await trigger({ route_path: "pick/:any", script_path: "f/test/event" });
    await trigger({ route_path: "pick/me", script_path: "f/test/echo" });
    expect(await (await call("pick/me/", json({ a: 1 }))).json()).toMatchObject({ a: 1 });
    expect(await (await call("pick/other")).json()).toMatchObject({ params: { any: "other" } });
  });

  it("answers async calls with the id of the job", async () => {
    const route = await trigger({ request_type: "async" });
    const answer = await call(route, json({ a: 1 }));
    expect(answer.status).toBe(201);
    const id = await answer.text();
    await expect
      .poll(async () => (await (await engine.api(`/w/{w}/jobs_u/completed/get_result_maybe/${id}`)).json()).result)
      .toMatchObject({ a: 1 });
  });

  it("takes the status, headers and content type that the script chose", async () => {
    await engine.deploy(
      "f/test/html",
      `export function main() {
      return { windmill_status_code: 404, windmill_content_type: "text/html", windmill_headers: { "x-a": "b" }, result: "<p>" };
    }`,
    );
    const answer = await call(await trigger({ script_path: "f/test/html" }));
    expect([answer.status, answer.headers.get("content-type"), answer.headers.get("x-a"), await answer.text()]).toEqual(
      [404, "text/html", "b", "<p>"],
    );
  });

  it("shows its job as called by the trigger", async () => {
    const route = await trigger();
    await call(route, json({}));
    const [job] = await (await engine.api("/w/{w}/jobs/list?per_page=1")).json();
    expect(job).toMatchObject({ created_by: `HTTP-f/test/${route.replace("-", "_")}`, permissioned_as: "u/admin" });
  });

  it("says by name that it serves no files", async () => {
    const answer = await call(await trigger({ is_static_website: true }));
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain("does not serve static files");
  });
});

describe("CORS", () => {
  it("is open to every origin", async () => {
    const route = await trigger();
    const preflight = await call(route, { method: "OPTIONS", headers: { origin: "https://a.test" } });
    expect(preflight.status).toBe(200);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-headers")).toContain("content-type");
    expect((await call(route, json({}))).headers.get("access-control-allow-origin")).toBe("*");
  });

  it("is limited to the origins that the trigger names", async () => {
    const route = await trigger({ allowed_origins: ["https://a.test"] });
    const from = async (origin: string) =>
      (await call(route, { ...json({}), headers: { origin } })).headers.get("access-control-allow-origin");
    expect([await from("https://a.test"), await from("https://b.test")]).toEqual(["https://a.test", null]);
  });
});

describe("authentication", () => {
  it("windmill: needs a token of the workspace", async () => {
    const route = await trigger({ authentication_method: "windmill" });
    const refused = await call(route, json({}));
    expect([refused.status, await refused.text()]).toEqual([401, "Not authorized: Requires authentication"]);
    expect((await call(route, { headers: { authorization: `Bearer ${engine.token}` } })).status).toBe(200);
    expect((await call(`${route}?token=${engine.token}`)).status).toBe(200);
  });

  it("api_key: needs the header that the resource names", async () => {
    const value = { api_key_header: "X-Key", api_key_secret: "$var:f/test/key" };
    await engine.create("variables", { path: "f/test/key", value: "k1", is_secret: true, description: "" });
    await engine.create("resources", { path: "f/test/api_key", value, resource_type: "http_api_key" });
    const route = await trigger({ authentication_method: "api_key", authentication_resource_path: "f/test/api_key" });
    const withKey = async (key?: string) => (await call(route, key ? { headers: { "x-key": key } } : {})).status;
    expect([await withKey("k1"), await withKey("k2"), await withKey()]).toEqual([200, 401, 401]);
  });

  it("basic_http: asks the browser for name and password", async () => {
    const value = { username: "ada", password: "secret" };
    await engine.create("resources", { path: "f/test/basic", value, resource_type: "http_basic" });
    const route = await trigger({ authentication_method: "basic_http", authentication_resource_path: "f/test/basic" });
    const refused = await call(route);
    expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([401, 'Basic realm="Restricted Area"']);
    const authorization = `Basic ${btoa("ada:secret")}`;
    expect((await call(route, { headers: { authorization } })).status).toBe(200);
    expect((await call(route, { headers: { authorization: `Basic ${btoa("ada:wrong")}` } })).status).toBe(401);
  });

  it("signature: refuses before any job is made", async () => {
    const value = { signature_provider: "Github", secret_key: "s" };
    await engine.create("resources", { path: "f/test/github", value, resource_type: "signature_auth" });
    const route = await trigger({ authentication_method: "signature", authentication_resource_path: "f/test/github" });
    const count = async () => (await (await engine.api("/w/{w}/jobs/list?per_page=1000")).json()).length;
    const before = await count();
    const bad = await call(route, { ...json({}), headers: { "x-hub-signature-256": "sha256=00" } });
    expect([bad.status, await bad.json()]).toEqual([401, { error: "signature invalid" }]);
    const missing = await call(route, json({}));
    expect([missing.status, await missing.json()]).toEqual([400, { error: "missing header X-Hub-Signature-256" }]);
    expect(await count()).toBe(before);
  });

  it("custom_script: leaves it to the script and always gives it the exact text", async () => {
    const route = await trigger({ authentication_method: "custom_script", raw_string: true });
    expect(await (await call(route, json({ a: 1 }))).json()).toMatchObject({ raw_string: '{"a":1}' });
    await expect(trigger({ authentication_method: "custom_script", raw_string: false })).rejects.toThrow(/raw body/);
  });
});

describe("pushing a trigger", () => {
  it.each([
    ["an absolute route", { route_path: "/abs" }, "Invalid route path"],
    ["an empty segment", { route_path: "a//b" }, "Invalid route path"],
    ["a wildcard in the middle", { route_path: "a/*rest/b" }, "Invalid route path"],
    ["dots", { route_path: "a/../b" }, "Invalid route path"],
  ])("is refused with %s", async (_, options, message) => {
    await expect(trigger(options)).rejects.toThrow(message);
  });

  it("is refused for a route that another one has, whatever its parameters are called", async () => {
    await trigger({ route_path: "taken/:a/*b" });
    await expect(trigger({ route_path: "taken/:c/*d" })).rejects.toThrow("A route already exists with this path");
    await trigger({ route_path: "taken/:a/*b", http_method: "get" });
  });
});

describe("a trigger with a retry and an error handler", () => {
  it("tries again, and hands the last failure over", async () => {
    await engine.deploy(
      "f/test/fails",
      `export function preprocessor(event: { body: { n: number } }) { return { n: event.body.n }; }
      export function main(n: number) { throw new Error("always " + n); }`,
    );
    await engine.deploy(
      "f/test/handler",
      `export function main(error: { message: string }, trigger_path: string, note: string) {
      return { told: error.message, trigger_path, note };
    }`,
    );
    const route = await trigger({
      script_path: "f/test/fails",
      retry: { constant: { attempts: 2, seconds: 0 } },
      error_handler_path: "f/test/handler",
      error_handler_args: { note: "n" },
    });
    const answer = await call(route, json({ n: 5 }));
    expect(await answer.json()).toEqual({
      told: "always 5",
      trigger_path: `f/test/${route.replace("-", "_")}`,
      note: "n",
    });
    const runs = await (await engine.api("/w/{w}/jobs/list?script_path_exact=f/test/fails")).json();
    expect(runs.filter((job: { job_kind: string }) => job.job_kind === "script")).toHaveLength(3);
  });
});
