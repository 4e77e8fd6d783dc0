import { describe, expect, it } from "vitest";
import { SCOPES } from "../../../../f/lib/access/scopes.ts";
import { archiveOf } from "../../../support/archives.ts";
import { visit } from "../../../support/edge.ts";
import { gatedProjects } from "../../../support/gate.ts";

const gate = gatedProjects();
const ALL = Object.keys(SCOPES);

describe("the gate", () => {
  it("does each verb that a key was made for, in the name of its holder", async () => {
    const key = await gate.key(ALL);
    const call = (verb: string, given: object = {}) => gate.call(verb, given, { key });
    expect(await call("get_project")).toMatchObject({ status: 200, body: { project: gate.mine, status: "live" } });
    expect(await call("check_drift")).toMatchObject({ status: 200, body: { items: [{ status: "matches" }] } });
    expect(await call("plan_project")).toMatchObject({ status: 200, body: { status: "empty" } });
    const releases = await call("list_releases");
    expect(releases).toMatchObject({ status: 200, body: { items: [{ state: "current" }] } });

    const archive = archiveOf({ "index.html": "<h1>By key</h1>" });
    expect(await call("deploy_site", { archive })).toMatchObject({ status: 200, body: { status: "updated" } });
    expect((await visit(gate.caddy, `${gate.mine}.${gate.caddy.domain}`)).body).toContain("By key");
    expect(await call("rollback_site", {})).toMatchObject({ status: 200 });

    const migrations = [{ name: "20260101000000_notes", sql: "create table note (id int primary key);" }];
    const plan = await call("plan_migrations", { migrations });
    expect(plan.status).toBe(200);
    const planHash = plan.body.hash;
    expect(await call("apply_migrations", { migrations, planHash })).toMatchObject({ status: 200 });
    expect(await call("run_query", { query: "select count(*)::int as notes from note" })).toMatchObject({
      status: 200,
      body: { rows: [{ notes: 0 }] },
    });
    const audit = await call("list_operations", { limit: 3 });
    expect(new Set(audit.body.items.map(({ actor }: { actor: string }) => actor))).toEqual(new Set(["key agent"]));
  });

  it("applies a manifest by its plan, and tells a stale plan as a conflict", async () => {
    const key = await gate.key(["plan_project", "apply_project"]);
    const manifest = { name: gate.mine, template: "static", domains: [`${gate.mine}.example`] };
    const plan = await gate.call("plan_project", { manifest }, { key });
    expect(plan.body.changes).toMatchObject([{ kind: "routes" }, { kind: "manifest" }]);
    const stale = await gate.call("apply_project", { manifest, planHash: "0".repeat(32) }, { key });
    expect(stale).toMatchObject({ status: 409, body: { error: { message: expect.stringContaining("stale") } } });
    const applied = await gate.call("apply_project", { manifest, planHash: plan.body.hash }, { key });
    expect(applied).toMatchObject({ status: 200, body: { status: "updated", steps: [{ name: "routes" }] } });
  });

  it("lets a key for an environment do nothing elsewhere", async () => {
    await gate.flows.run("apply_project", { name: gate.mine, environment: "staging" });
    const key = await gate.key(["get_project"], { environment: "staging" });
    const staging = `${gate.mine}-staging`;
    expect(await gate.call("get_project", {}, { key, project: staging })).toMatchObject({
      status: 200,
      body: { project: staging, environment: "staging", environmentOf: gate.mine },
    });
    expect(await gate.call("get_project", {}, { key })).toMatchObject({ status: 403 });
  });

  it.each<[string, () => Parameters<typeof gate.call>, number]>([
    ["no key", () => ["get_project", {}], 401],
    ["half a key", () => ["get_project", {}, { key: "r8n_0123456789abcdef" }], 401],
    ["a verb that there is not", () => ["drop_project", {}], 404],
    ["a verb of objects", () => ["constructor", {}], 404],
    ["a project that there is not", () => ["get_project", {}, { project: "nobody" }], 404],
    ["an argument too many", () => ["get_project", { db: { host: "127.0.0.1" } }], 400],
    ["another project among the arguments", () => ["rollback_site", { project: gate.neighbour }], 400],
    ["an argument of another type", () => ["run_query", { query: ["select 1"] }], 400],
    ["no JSON", () => ["get_project", "{"], 400],
    ["a form", () => ["get_project", "a=b", { headers: { "content-type": "application/x-www-form-urlencoded" } }], 415],
    ["a page of somebody else", () => ["get_project", {}, { headers: { origin: "https://evil.example" } }], 403],
  ])("refuses %s", async (_what, request, status) => {
    expect((await gate.call(...request())).status).toBe(status);
  });
});
