import { rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { changeRoutes } from "../../../../f/lib/caddy/admin.ts";
import { ownRoute } from "../../../../f/lib/caddy/route.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { checkPlan, type Plan, planProject } from "../../../../f/lib/projects/plan.ts";
import { sendCommands } from "../../../../f/lib/redis/commands.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { visit } from "../../../support/edge.ts";
import { applyAll, projectServers } from "../../../support/project_ports.ts";

const servers = projectServers(testDatabase());
const { caddy, workspace } = servers;
const plan = (ask: object) => servers.use((ports) => planProject(ports, ask));
const apply = (ask: object) => servers.use((ports) => applyAll(ports, ask));
const exec = (text: string) => withPostgres(servers.db, (sql) => sql.query(text));
const live = async () => {
  const name = uniqueProject();
  await apply({ manifest: { name, template: "static", realtime: true, auth: {} } });
  return name;
};

describe("planProject", () => {
  it("says of a project that does not exist what would be made, and makes none of it", async () => {
    const project = uniqueProject();
    const first = await plan({ project });
    expect(first).toMatchObject({ project, status: "changes", losesData: false, environment: "production" });
    expect(first.changes.map(({ kind, action }) => `${action} ${kind}`)).toEqual(
      ["project", "schema", "waitlist", "site", "routes", "manifest"].map((kind) => `create ${kind}`),
    );
    expect(first.steps.map(({ kind }) => kind)).toEqual(["project", "schema", "waitlist", "site", "routes"]);
    expect(await plan({ project })).toEqual(first);
    expect((await visit(caddy, `${project}.${caddy.domain}`)).body).toBe("");
  });

  it("is empty once all of it is applied, and again after that", async () => {
    const project = uniqueProject();
    expect(await apply({ project })).toMatchObject({ project, status: "created" });
    expect(await plan({ project })).toMatchObject({ status: "empty", changes: [], steps: [] });
    expect(await apply({ project })).toMatchObject({ status: "unchanged" });
    expect((await visit(caddy, `${project}.${caddy.domain}`)).status).toBe(200);
  });

  it("knows what the manifest asks for beyond the usual, and takes back what it no longer names", async () => {
    const name = uniqueProject();
    const [first, second] = [`${name}.example`, `www.${name}.example`];
    const manifest = { name, template: "static", waitlist: false, domains: [first, second] };
    await apply({ manifest });
    expect((await visit(caddy, second)).status).toBe(200);
    const { rows } = await exec(`select to_regclass('${name}.waitlist_signup') as it`);
    expect(rows).toEqual([{ it: null }]);

    const fewer = { ...manifest, domains: [first] };
    expect((await plan({ manifest: fewer })).changes).toEqual([
      expect.objectContaining({ kind: "routes", action: "remove", what: `Route ${second}`, risk: "safe" }),
      expect.objectContaining({ kind: "manifest", action: "update" }),
    ]);
    expect(await apply({ manifest: fewer })).toMatchObject({ status: "updated" });
    expect((await visit(caddy, first)).status).toBe(200);
    expect((await visit(caddy, second)).body).toBe("");
  });

  it("makes accounts and a Redis user when they are asked for, and leaves them when they no longer are", async () => {
    const name = uniqueProject();
    const plain = { name, template: "static" };
    const manifest = { ...plain, realtime: true, auth: { signUp: "open" } };
    await apply({ manifest });
    expect(await plan({ manifest })).toMatchObject({ status: "empty" });
    const invited = { ...manifest, auth: { signUp: "invited" } };
    expect((await plan({ manifest: invited })).steps).toEqual([{ kind: "auth" }]);
    await apply({ manifest: invited });
    expect(await plan({ manifest: invited })).toMatchObject({ status: "empty" });
    expect((await plan({ manifest: plain })).steps).toEqual([]);
  });

  it("goes on with what was applied last when nothing else is asked for", async () => {
    const name = uniqueProject();
    await apply({ manifest: { name, template: "static", domains: [`${name}.example`] } });
    expect(await plan({ project: name })).toMatchObject({ status: "empty" });
    expect(await apply({ project: name })).toMatchObject({ status: "unchanged" });
  });
});

const ACCOUNTS = ["account_policy", "organization_invite", "organization_member", "organization", "account"];
const redis = (command: string[]) => sendCommands(inject("services").redis, [command]);

/** Each takes away or changes one thing of a live project, behind our back. */
const DRIFTS: [what: string, kind: string, why: RegExp, spoil: (project: string) => unknown][] = [
  ["the record", "project", /no record/, (p) => exec(`delete from run8n.project where name = '${p}'`)],
  ["its origins", "project", /origin/, (p) => workspace.deleteResource(`f/project_${p}/project`)],
  ["the app role", "schema waitlist auth", /rights differ/, (p) => exec(`drop owned by ${p}_app; drop role ${p}_app`)],
  ["a grant", "schema", /rights differ/, (p) => exec(`grant create on schema ${p} to ${p}_app`)],
  ["a login", "schema", /rights differ/, (p) => exec(`alter role ${p}_app nologin`)],
  ["a password", "schema", /password of/, (p) => exec(`alter role ${p}_app password 'other'`)],
  ["a secret", "schema", /password of/, (p) => workspace.deleteSecret(`f/project_${p}/postgres_app_password`)],
  ["a connection", "schema", /connection/, (p) => workspace.deleteResource(`f/project_${p}/postgres_app`)],
  ["the waitlist", "waitlist", /does not exist/, (p) => exec(`drop table ${p}.waitlist_signup`)],
  ["its rights", "waitlist", /rights/, (p) => exec(`grant delete on ${p}.waitlist_signup to ${p}_app`)],
  ["its index", "waitlist", /must be/, (p) => exec(`drop index ${p}.waitlist_signup_created_at`)],
  ["the accounts", "auth", /do not exist/, (p) => exec(`drop table ${ACCOUNTS.map((t) => `${p}.${t}`)} cascade`)],
  ["an invite", "auth", /differ/, (p) => exec(`drop table ${p}.organization_invite`)],
  ["who may join", "auth", /who may join/, (p) => exec(`update ${p}.account_policy set sign_up = 'open'`)],
  ["the Redis user", "realtime", /does not exist/, (p) => redis(["ACL", "DELUSER", `project-${p}`])],
  ["its lock", "realtime", /locked/, (p) => redis(["ACL", "SETUSER", `project-${p}`, "off"])],
  ["its rules", "realtime", /rules/, (p) => redis(["ACL", "SETUSER", `project-${p}`, "+@all"])],
  ["its connection", "realtime", /is missing/, (p) => workspace.deleteResource(`f/project_${p}/redis`)],
  ["the site", "site", /no release yet/, (p) => rmSync(join(servers.sites, p), { recursive: true })],
  ["the route", "routes", /proxy does not/, (p) => dropRoute(p)],
  ["another route", "routes", /something else/, (p) => dropRoute(p, "redirect")],
  ["the route's record", "routes", /no record/, (p) => exec(`delete from run8n.route where project = '${p}'`)],
];

describe("a drift", () => {
  it.each(DRIFTS)("of %s is found as one of %s, said why, and mended", async (_what, kind, why, spoil) => {
    const project = await live();
    await spoil(project);
    const found = (await plan({ project })).changes.filter((change) => change.kind !== "manifest");
    expect(new Set(found.map((change) => change.kind))).toEqual(new Set(kind.split(" ")));
    expect(found[0]?.why).toMatch(why);
    expect(["created", "updated"]).toContain((await apply({ project })).status);
    expect(await plan({ project })).toMatchObject({ status: "empty" });
  });

  it("that a release on record cannot mend is reported, and says what to do", async () => {
    const project = await live();
    rmSync(join(servers.sites, project, "current"));
    symlinkSync("/etc", join(servers.sites, project, "current"));
    expect((await plan({ project })).changes).toMatchObject([{ kind: "site", why: /deploy one/ }]);
    await expect(apply({ project })).rejects.toMatchObject({ code: "precondition_failed" });
  });
});

async function dropRoute(project: string, instead?: string): Promise<void> {
  const host = `${project}.${caddy.domain}`;
  await changeRoutes(caddy, (routes) =>
    routes.flatMap((route) => {
      if (ownRoute(route)?.host !== host) return [route];
      return instead ? [{ ...route, handle: [{ handler: "static_response", status_code: "418" }] }] : [];
    }),
  );
}

describe("checkPlan", () => {
  const lossless = { hash: "a", status: "changes", losesData: false, changes: [] as object[] } as Plan;
  const losing = { ...lossless, losesData: true, changes: [{ what: "Bucket shop", risk: "data loss" }] } as Plan;
  it.each([
    ["no hash for a plan that loses nothing", lossless, null, true],
    ["no hash for one that loses data", losing, undefined, false],
    ["its hash", losing, "a", true],
    ["another hash", lossless, "b", false],
    ["another hash once nothing is left to do", { ...lossless, status: "empty" } as Plan, "b", true],
  ])("given %s", (_what, found, hash, passes) => {
    const check = () => checkPlan(found, hash);
    if (passes) expect(check()).toBe(found);
    else
      expect(check).toThrow(
        expect.objectContaining({ code: "precondition_failed", hint: expect.stringContaining("plan_project") }),
      );
  });

  it("refuses a plan after the server has changed", async () => {
    const project = await live();
    const { hash } = await plan({ project, manifest: { name: project, template: "static", domains: ["a.example"] } });
    await exec(`drop table ${project}.waitlist_signup`);
    const manifest = { name: project, template: "static", domains: ["a.example"] };
    await expect(apply({ manifest, planHash: hash })).rejects.toMatchObject({ status: 412 });
  });
});
