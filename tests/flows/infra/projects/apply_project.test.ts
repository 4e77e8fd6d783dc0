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
const KINDS = ["project", "schema", "waitlist", "site", "routes"];

type Module = { id: string; type: string; flow_jobs?: string[] };

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

/** Whether a flow has come to a step, or its loop to a kind of resource. */
function reached(modules: Module[], step: string): boolean {
  const at = KINDS.indexOf(step);
  const module = modules.find(({ id }) => id === (at < 0 ? step : "apply"));
  const begun = /InProgress|WaitingForExecutor|Success/.test(module?.type ?? "");
  return begun && (at < 0 || (module?.flow_jobs ?? []).length > at);
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

  it("applies exactly the plan that was looked at, and refuses it once it is stale", async () => {
    const name = uniqueProject();
    const manifest = { name, template: "static", domains: [`${name}.example`] };
    const run = await engine.run("f/infra/projects/plan_project", { manifest });
    const planHash = (run.body as { hash: string }).hash;
    const stale = await apply({ manifest: { ...manifest, waitlist: false }, planHash });
    expect(stale).toMatchObject({ success: false, result: { error: { extra: { code: "precondition_failed" } } } });
    expect(await apply({ manifest, planHash })).toMatchObject({ success: true, result: { status: "created" } });
    expect(await visit(caddy, `${name}.example`)).toMatchObject({ status: 200 });
    expect(await apply({ manifest, planHash })).toMatchObject({ success: true, result: { status: "unchanged" } });
    const again = await engine.run("f/infra/projects/plan_project", { project: name });
    expect(again.body).toMatchObject({ status: "empty", changes: [] });
  });

  it("counts the time to live from the call on, not from its first write", async () => {
    const project = uniqueProject();
    const before = Date.now();
    await apply({ name: project });
    const waited = (Date.now() - before) / 1000;
    const { body } = await engine.run("f/infra/projects/get_project", { project });
    const { createdAt, secondsToLive } = body as { createdAt: string; secondsToLive: number };
    expect(Date.parse(createdAt) - before).toBeLessThan(250);
    expect(secondsToLive).toBeGreaterThan(waited / 2);
    expect(secondsToLive).toBeLessThanOrEqual(waited);
  });

  it("fails at once, at the first step, for a name that no project may have", async () => {
    const started = Date.now();
    const job = await apply({ name: "../etc" });
    expect(job).toMatchObject({
      success: false,
      result: { error: { name: "InvalidInputError", step_id: "plan", extra: { code: "invalid_input" } } },
    });
    expect(JSON.stringify(job.result)).not.toContain("../etc");
    expect(Date.now() - started).toBeLessThan(2000);
  });

  it.each(["plan", "schema", "routes", "publish"])(
    "converges after the server was killed at the step %s",
    async (step) => {
      const project = uniqueProject();
      const port = Number(new URL(engine.url).port);
      const id = await start({ name: project });
      await expect
        .poll(async () => reached((await jobOf(id)).modules, step), { interval: 5, timeout: 30_000 })
        .toBe(true);
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
    },
  );
});
