import { describe, expect, inject, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import type { Project } from "../../../../f/lib/projects/record.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { visit } from "../../../support/edge.ts";
import { projectFlows } from "../../../support/project_flows.ts";

const KINDS = ["project", "schema", "waitlist", "site", "routes"];

const db = testDatabase();
const flows = projectFlows(db);
const { caddy } = inject("services");
const apply = (args: Record<string, unknown>) => flows.run("apply_project", args);

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
    const run = await flows.engine().run("f/infra/projects/plan_project", { manifest });
    const planHash = (run.body as { hash: string }).hash;
    const stale = await apply({ manifest: { ...manifest, waitlist: false }, planHash });
    expect(stale).toMatchObject({ success: false, result: { error: { extra: { code: "precondition_failed" } } } });
    expect(await apply({ manifest, planHash })).toMatchObject({ success: true, result: { status: "created" } });
    expect(await visit(caddy, `${name}.example`)).toMatchObject({ status: 200 });
    expect(await apply({ manifest, planHash })).toMatchObject({ success: true, result: { status: "unchanged" } });
    const again = await flows.engine().run("f/infra/projects/plan_project", { project: name });
    expect(again.body).toMatchObject({ status: "empty", changes: [] });
  });

  it("counts the time to live from the call on, not from its first write", async () => {
    const project = uniqueProject();
    const before = Date.now();
    await apply({ name: project });
    const waited = (Date.now() - before) / 1000;
    const { body } = await flows.engine().run("f/infra/projects/get_project", { project });
    const { createdAt, secondsToLive, phases } = body as Project;
    expect(Date.parse(createdAt) - before).toBeLessThan(waited * 100);
    expect(secondsToLive).toBeGreaterThan(waited / 2);
    expect(secondsToLive).toBeLessThanOrEqual(waited);
    expect(phases.map(({ phase }) => phase).sort()).toEqual([...KINDS, "plan", "publish"].sort());
    const whole = phases.reduce((sum, { seconds }) => sum + seconds, 0);
    expect(whole).toBeGreaterThan(0);
    expect(whole).toBeLessThanOrEqual(waited);
  });

  it("fails at once for a name that no project may have", async () => {
    const started = Date.now();
    const job = await apply({ name: "../etc" });
    expect(job).toMatchObject({
      success: false,
      result: { error: { name: "InvalidInputError", step_id: "apply", extra: { code: "invalid_input" } } },
    });
    expect(JSON.stringify(job.result)).not.toContain("../etc");
    expect(Date.now() - started).toBeLessThan(2000);
  });

  it.each([
    ["it has begun", 1],
    ["most is done", 80],
  ])("converges after the server was killed when %s", async (_, percent) => {
    const project = uniqueProject();
    const id = await flows.start("apply_project", { name: project });
    await expect.poll(() => flows.progressOf(id), { interval: 5, timeout: 30_000 }).toBeGreaterThanOrEqual(percent);
    await flows.crash();

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
