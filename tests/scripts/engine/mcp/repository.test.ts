import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTree } from "../../../../scripts/metadata/files.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";
import { connect } from "../../../support/mcp.ts";

const REPOSITORY = join(import.meta.dirname, "../../../..");
const RESOURCES = { postgres: "postgresql", redis: "redis", caddy: "caddy", site_host: "site_host", gotrue: "gotrue" };

type Shown = { name: string; description?: string; inputSchema: { properties?: Record<string, unknown> } };

let engine: TestEngine;
const tools: Shown[] = [];
let mostInOne = 0;
/** The folders that a push brings, each with one service. */
const FOLDERS = ["infra", "api"].flatMap((area) =>
  readdirSync(join(REPOSITORY, "f", area), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `f/${area}/${name}`),
);
const checkout = mkdtempSync(join(tmpdir(), "run8n-tools-"));

beforeAll(async () => {
  engine = await startEngine();
  for (const path of ["f", "wmill.yaml", "wmill-lock.yaml"])
    cpSync(join(REPOSITORY, path), join(checkout, path), { recursive: true });
  const push = await engine.wmill(["sync", "push", "--yes"], { cwd: checkout });
  if (push.code !== 0) throw new Error(push.stdout + push.stderr);
  for (const [name, type] of Object.entries(RESOURCES)) {
    await engine.create("resources/type", { name: type, description: `How ${name} is reached`, schema: {} });
    await engine.create("resources", { path: `f/infra/${name}`, value: {}, resource_type: type });
  }
  // Windmill lists a hundred scripts and no more, so an agent's token is for the services that it works on.
  for (const folder of FOLDERS) {
    const agent = await connect(engine, [`mcp:scripts:${folder}/*`, `mcp:flows:${folder}/*`]);
    const shown = (await agent.tools()).filter(({ name }) => /^[sf]-/i.test(name));
    mostInOne = Math.max(mostInOne, shown.length);
    tools.push(...shown);
  }
});
afterAll(async () => {
  await engine.stop();
  rmSync(checkout, { recursive: true });
});

describe("what this repository deploys, as the tools of an agent", () => {
  it("is every script with a main and every flow", () => {
    const files = [...readTree(REPOSITORY, ["f"])];
    const scripts = files.filter(
      ([path, content]) => path.endsWith(".ts") && /^export (?:async )?function main\b/m.test(String(content)),
    );
    const flows = files.filter(([path]) => path.endsWith("__flow/flow.yaml"));
    expect(tools).toHaveLength(scripts.length + flows.length);
    expect(scripts.length).toBeGreaterThan(15);
    expect(flows.length).toBeGreaterThan(0);
  });

  it("fits into what Windmill lists, service by service", () => {
    expect(mostInOne).toBeLessThan(100);
  });

  it("says of every tool what it does", () => {
    for (const { name, description } of tools) {
      const [, summary = ""] = /^This is a (?:script|flow) named `([^`]*)`/.exec(description ?? "") ?? [];
      expect(summary.length, name).toBeGreaterThan(10);
    }
  });

  it("says of every argument what it means", () => {
    for (const { name, inputSchema } of tools)
      for (const [argument, schema] of Object.entries(inputSchema.properties ?? {})) {
        const { description = "" } = schema as { description?: string };
        expect(description.length, `${name} ${argument}`).toBeGreaterThan(10);
      }
  });
});
