import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { visit } from "../../../support/edge.ts";
import { startEngine, type TestEngine } from "../../../support/engine.ts";
import { deploy, keep } from "../../../support/workspace_items.ts";

const FLOW = "f/infra/projects/apply_project";
const STEPS = ["project", "schema", "waitlist", "site", "route", "publish"];

type Module = { id: string; type: string };

const db = testDatabase();
const dataDir = mkdtempSync(join(tmpdir(), "run8n-apply-"));
const sites = mkdtempSync(join(tmpdir(), "run8n-sites-"));
const { caddy, redis } = inject("services");
let engine: TestEngine;

beforeAll(async () => {
  engine = await startEngine({ dataDir });
  await deploy(engine, ["f/lib", "f/infra", "f/api"]);
  const windmill = new URL(engine.url).host;
  await keep(engine, {
    "f/infra/postgres": db,
    "f/infra/redis": redis,
    "f/infra/caddy": { ...caddy, windmill, workspace: engine.workspace },
    "f/infra/site_host": { transport: "local", root: sites },
  });
});
afterAll(async () => {
  await engine?.stop();
  for (const folder of [dataDir, sites]) rmSync(folder, { recursive: true, force: true });
});

/** Starts the flow and answers its job id. */
async function start(args: Record<string, unknown>): Promise<string> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify(args);
  const answer = await engine.api(`/w/{w}/jobs/run/f/${FLOW}`, { method: "POST", headers, body });
  expect(answer.status).toBe(201);
  return answer.text();
}

async function jobOf(id: string): Promise<{ type: string; success?: boolean; result?: unknown; modules: Module[] }> {
  const job = await (await engine.api(`/w/{w}/jobs_u/get/${id}`)).json();
  return { ...job, modules: job.flow_status?.modules ?? [] };
}

async function ended(id: string) {
  await expect.poll(async () => (await jobOf(id)).type, { timeout: 60_000 }).toBe("CompletedJob");
  return jobOf(id);
}

const apply = async (args: Record<string, unknown>) => ended(await start(args));

describe("apply_project", () => {
  it("puts a project online, with a waitlist that works; again it changes nothing", async () => {
    const project = uniqueProject();
    const first = await apply({ name: project });
    expect(first).toMatchObject({ success: true, result: { project, status: "created" } });

    const host = `${project}.${caddy.domain}`;
    const page = await visit(caddy, host);
    expect(page).toMatchObject({ status: 200 });
    expect(page.body).toContain("<form");

    const signUp = {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"email":"ada@example.com"}',
    };
    expect(await visit(caddy, host, "/api/waitlist/signups", signUp)).toMatchObject({
      status: 200,
      body: JSON.stringify({ status: "subscribed" }),
    });

    expect(await apply({ name: project, template: "static" })).toMatchObject({
      success: true,
      result: { project, status: "unchanged" },
    });
  });

  it("fails at once, at the first step, for a name that no project may have", async () => {
    const started = Date.now();
    const job = await apply({ name: "../etc" });
    expect(job).toMatchObject({
      success: false,
      result: { error: { name: "InvalidInputError", step_id: "project", extra: { code: "invalid_input" } } },
    });
    expect(JSON.stringify(job.result)).not.toContain("../etc");
    expect(Date.now() - started).toBeLessThan(2000);
  });

  it.each(STEPS)("converges after the server was killed at the step %s", async (step) => {
    const project = uniqueProject();
    const port = Number(new URL(engine.url).port);
    const id = await start({ name: project });
    await expect
      .poll(async () => (await jobOf(id)).modules.find((one) => one.id === step)?.type, {
        interval: 5,
        timeout: 30_000,
      })
      .toMatch(/InProgress|WaitingForExecutor|Success/);
    await engine.kill();
    engine = await startEngine({ dataDir, port });

    const again = await apply({ name: project });
    expect(again).toMatchObject({ success: true, result: { project } });
    expect(await apply({ name: project })).toMatchObject({ result: { status: "unchanged" } });
    expect(await visit(caddy, `${project}.${caddy.domain}`)).toMatchObject({ status: 200 });
    const { rows } = await withPostgres(db, (sql) =>
      sql.query("select status from run8n.project where name = $1", [project]),
    );
    expect(rows).toEqual([{ status: "live" }]);
  });
});
