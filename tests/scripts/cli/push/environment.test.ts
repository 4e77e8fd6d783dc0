import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { ensureConnections, readEnvironment } from "../../../../scripts/cli/push/environment.ts";
import { ensureTypes } from "../../../../scripts/cli/push/types.ts";
import { openWindmill, type Windmill } from "../../../../scripts/cli/windmill.ts";
import type { Step } from "../../../../scripts/stack/stack.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

const folder = mkdtempSync(join(tmpdir(), "run8n-environment-"));
mkdirSync(join(folder, "resources"));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, text: string) => writeFileSync(join(folder, "resources", name), text);

let engine: TestEngine;
let windmill: Windmill;
const step: Step = (_label, work) => work();

beforeEach(async () => {
  engine = await startEngine();
  windmill = openWindmill(engine);
  onTestFinished(() => engine.stop());
});

describe("readEnvironment", () => {
  it.each([
    [
      "a plain password",
      "f/infra/postgres: { type: postgresql, value: { password: hunter2 } }",
      "password of f/infra/postgres",
    ],
    ["a plain key", "f/infra/site_host: { type: site_host, value: { privateKey: '-----BEGIN' } }", "privateKey of"],
    ["a plain token", "f/infra/x: { type: x, value: { apiToken: abc } }", "apiToken of"],
    ["a path elsewhere", "f/crm/x: { type: x, value: {} }", "f/crm/x"],
    ["an unknown key", "f/infra/x: { type: x, value: {}, secret: 1 }", "malformed"],
    ["no value", "f/infra/x: { type: x }", "malformed"],
    ["a list", "- x", "malformed"],
  ])("refuses %s and does not repeat it", (_, text, said) => {
    write("bad.yaml", text);
    expect(() => readEnvironment(join(folder, "resources"), "bad")).toThrow(said);
    expect(() => readEnvironment(join(folder, "resources"), "bad")).not.toThrow(/hunter2|BEGIN|abc/);
  });

  it.each(["../etc/passwd", "", "nowhere", "a/b"])("knows no environment %o", (name) => {
    expect(() => readEnvironment(join(folder, "resources"), name)).toThrow("no environment");
  });
});

describe("ensureConnections", () => {
  const wanted = {
    "f/infra/redis": { type: "redis", value: { host: "redis", port: 6379, password: "$var:f/infra/redis_password" } },
  };
  const value = async () => (await (await engine.api("/w/{w}/resources/get/f/infra/redis")).json()).value;
  const secret = () =>
    engine.create("variables", { path: "f/infra/redis_password", value: "s", is_secret: true, description: "" });

  it("creates what is missing, keeps what is there, and replaces it only when asked", async () => {
    await secret();
    const ensure = (host: string, replace = false) =>
      ensureConnections(
        windmill,
        { "f/infra/redis": { type: "redis", value: { ...wanted["f/infra/redis"].value, host } } },
        { dryRun: false, replace },
      );
    expect(await ensure("a")).toEqual([{ name: "f/infra/redis", status: "created" }]);
    expect(await ensure("a")).toEqual([{ name: "f/infra/redis", status: "unchanged" }]);
    expect(await ensure("b")).toEqual([{ name: "f/infra/redis", status: "kept" }]);
    expect(await value()).toMatchObject({ host: "a", password: "$var:f/infra/redis_password" });
    expect(await ensure("b", true)).toEqual([{ name: "f/infra/redis", status: "updated" }]);
    expect(await value()).toMatchObject({ host: "b" });
  });

  it("creates nothing while a secret is missing, nor on a dry run", async () => {
    const create = (dryRun: boolean) => ensureConnections(windmill, wanted, { dryRun, replace: false });
    await expect(create(false)).rejects.toThrow(
      "lacks the secrets that the connections refer to: f/infra/redis_password",
    );
    await secret();
    expect(await create(true)).toEqual([{ name: "f/infra/redis", status: "created" }]);
    expect((await engine.api("/w/{w}/resources/get/f/infra/redis")).status).toBe(404);
  });
});

describe("ensureTypes", () => {
  const type = (description: string) =>
    write(
      "caddy.resource-type.yaml",
      `description: ${description}\nschema: { type: object, properties: { admin: { type: string } } }\n`,
    );
  const ensure = async () => (await ensureTypes(windmill, { checkout: folder, dryRun: false, step }))[0]?.status;

  it("creates a type, brings it up to date, and leaves it alone otherwise", async () => {
    type("One");
    expect(await ensure()).toBe("created");
    expect(await ensure()).toBe("unchanged");
    type("Two");
    expect(await ensure()).toBe("updated");
    expect(await ensure()).toBe("unchanged");
  });

  it("keeps a type of that name that somebody else made", async () => {
    type("Ours");
    await engine.create("resources/type", { name: "caddy", description: "theirs", schema: { type: "object" } });
    expect(await ensure()).toBe("kept");
    expect((await (await engine.api("/w/{w}/resources/type/get/caddy")).json()).description).toBe("theirs");
  });
});
