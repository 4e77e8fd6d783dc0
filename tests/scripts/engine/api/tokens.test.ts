import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
  for (const path of ["f/open/hello", "f/closed/secret"])
    await engine.deploy(path, "export function main() { return process.env.WM_USERNAME; }");
});
afterAll(() => engine.stop());

const create = async (body: Record<string, unknown>, token = engine.token) => {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await engine.api("/users/tokens/create", { method: "POST", body: JSON.stringify(body), headers });
  return { status: answer.status, token: await answer.text() };
};
const call = async (token: string, path: string, method = "POST") => {
  const answer = await engine.api(path, { method, headers: { authorization: `Bearer ${token}` } });
  return { status: answer.status, text: await answer.text() };
};
const run = (token: string, path: string) => call(token, `/w/{w}/jobs/run_wait_result/p/${path}`);

describe("a token", () => {
  it("without scopes does what its user may", async () => {
    const { status, token } = await create({ label: "all" });
    expect(status).toBe(201);
    expect(await run(token, "f/closed/secret")).toEqual({ status: 200, text: '"admin"' });
  });

  it("with scopes does no more than they say", async () => {
    const { token } = await create({ scopes: ["jobs:run:scripts:f/open/*"] });
    expect((await run(token, "f/open/hello")).status).toBe(200);
    expect(await run(token, "f/closed/secret")).toEqual({
      status: 401,
      text: "Not authorized: Access denied. Required scope: jobs:run:scripts:f/closed/secret",
    });
    const { hash } = await (await engine.api("/w/{w}/scripts/get/p/f/closed/secret")).json();
    expect((await call(token, `/w/{w}/jobs/run_wait_result/h/${hash}`)).status).toBe(401);
    for (const path of ["/w/{w}/variables/list", "/w/{w}/scripts/get/p/f/open/hello", "/users/whoami"])
      expect((await call(token, path, "GET")).status).toBe(401);
    expect((await call(token, "/w/{w}/jobs/run/preview")).status).toBe(401);
  });

  it.each([
    "f%2Fclosed%2Fsecret",
    "f/open/..%2Fclosed/secret",
    "f/open/%2e%2e/closed/secret",
    "f/open/../closed/secret",
    "f//closed/secret",
    "f/open/hello%00/../../closed/secret",
  ])("with scopes is not led astray by how a path is written: %s", async (path) => {
    const { token } = await create({ scopes: ["jobs:run:scripts:f/open/*", "scripts:read:f/open/*"] });
    const found = [await run(token, path), await call(token, `/w/{w}/scripts/raw/p/${path}`, "GET")];
    for (const { status, text } of found) {
      expect([401, 404], text).toContain(status);
      expect(text).not.toContain("process.env");
    }
  });

  it("with scopes for paths reaches no others by hash, by version, or through the body", async () => {
    const scopes = ["scripts", "flows", "variables", "resources"].map((domain) => `${domain}:write:f/open/*`);
    const { token } = await create({ scopes });
    const flow = { path: "f/closed/flow", summary: "", value: { modules: [] }, schema: {} };
    await engine.create("flows", flow);
    await engine.create("variables", { path: "f/open/mine", value: "v", is_secret: false, description: "" });
    const { hash } = await (await engine.api("/w/{w}/scripts/get/p/f/closed/secret")).json();
    const [{ id }] = await (await engine.api("/w/{w}/flows/history/p/f/closed/flow")).json();
    for (const path of [`scripts/get/h/${hash}`, `scripts/raw/h/${hash}`, `flows/get/v/${id}`])
      expect((await call(token, `/w/{w}/${path}`, "GET")).status, path).toBe(401);
    const at = (path: string) => [
      ["scripts/create", { path, content: "export function main() {}", language: "bun", auto_parent: true }],
      ["flows/create", { ...flow, path }],
      ["variables/create", { path, value: "v", is_secret: false }],
      ["resources/create", { path, value: {}, resource_type: "any" }],
      ["variables/update/f/open/mine", { path }],
    ];
    for (const [path, body] of at("f/closed/new")) {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await engine.api(`/w/{w}/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
      expect([answer.status, await answer.text()], `${path}`).toEqual([401, expect.stringContaining("f/closed/new")]);
    }
    for (const [path, body] of at("f/open/new").slice(0, 4)) {
      const headers = { authorization: `Bearer ${token}` };
      const answer = await engine.api(`/w/{w}/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
      expect(answer.status, `${path}`).toBe(201);
    }
  });

  it("with scopes for paths still lists everything of their kind", async () => {
    const { token } = await create({ scopes: ["scripts:read:f/open/*"] });
    const { status, text } = await call(token, "/w/{w}/scripts/list", "GET");
    expect(status).toBe(200);
    expect(text).toContain("f/closed/secret");
  });

  it("grants no more than it has", async () => {
    const { token } = await create({ scopes: ["users:write", "jobs:run:scripts:f/open/*"] });
    expect((await create({ scopes: ["jobs:run:scripts:f/open/hello"] }, token)).status).toBe(201);
    expect((await create({ scopes: ["jobs:run:scripts:f/closed/*"] }, token)).status).toBe(403);
    expect((await create({}, token)).status).toBe(403);
  });

  it("ends when it expires, and when it is deleted", async () => {
    const { token: old } = await create({ expiration: "2020-01-01T00:00:00Z" });
    expect((await run(old, "f/open/hello")).status).toBe(401);
    const { token } = await create({ label: "short" });
    expect((await call(engine.token, `/users/tokens/delete/${token.slice(0, 10)}`, "DELETE")).status).toBe(200);
    expect((await run(token, "f/open/hello")).status).toBe(401);
  });

  it.each([
    { scopes: ["nonsense"] },
    { scopes: "jobs:run" },
    { scopes: ["a:b:c:d"] },
    { expiration: "soon" },
    { read_only: true },
  ])("is not made from %j", async (body) => {
    expect((await create(body)).status).toBe(400);
  });
});
