import { beforeAll, describe, expect, it } from "vitest";
import { ensureAccess } from "../../../../f/lib/access/ensure.ts";
import { VERBS } from "../../../../f/lib/access/verbs.ts";
import { environmentProject, folderOf, schemaOf } from "../../../../f/lib/names.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { ensureProject } from "../../../../f/lib/projects/ensure.ts";
import { projectEnv } from "../../../../f/lib/projects/env.ts";
import type { Ports } from "../../../../f/lib/projects/kinds/kind.ts";
import { planProject } from "../../../../f/lib/projects/plan.ts";
import { requireProject } from "../../../../f/lib/projects/record.ts";
import { sellers } from "../../../../f/lib/stripe/sellers.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { visit } from "../../../support/edge.ts";
import { dying } from "../../../support/faults.ts";
import { applyAll, projectServers } from "../../../support/project_ports.ts";
import { connectionOf } from "../../../support/project_roles.ts";

const servers = projectServers(testDatabase());
const { caddy, db, use, workspace } = servers;
const exec = (text: string, params: unknown[] = []) => withPostgres(db, (sql) => sql.query(text, params));

const name = uniqueProject("shop");
const manifest = { name, template: "static", domains: [`${name}.example`] };
const whole = { ...manifest, realtime: true, auth: {} };
const withData = { ...manifest, environments: { preview: { copy: "data", days: 2 } } };
const DAY = 86_400_000;
/** Calls in the middle of making the schema, and of what comes after its copy. */
const KILLS = [45, 75];

/** A shop with an app's table, a sign-up, and a customer in Stripe. */
beforeAll(async () => {
  await use((ports) => applyAll(ports, { manifest: whole }));
  await withPostgres(connectionOf(workspace, folderOf(name), "owner"), (owner) =>
    owner.query(
      `create table item (id int primary key, title text); insert into item values (1, 'Pen');
       create table billing_migration (name text); create table billing_customer (id text);
       insert into billing_customer values ('cus_of_production');`,
    ),
  );
  await exec(`insert into ${name}.waitlist_signup (email, email_key) values ('a@b.example', 'a')`);
});

const apply = (environment: string, ask: object = { manifest }) =>
  use((ports) => applyAll(ports, { ...ask, environment }));
const record = (environment: string) => use(({ sql }) => requireProject(sql, environmentProject(name, environment)));
const count = async (environment: string, table: string): Promise<number> => {
  const { rows } = await exec(`select count(*)::int as n from ${schemaOf(`${name}-${environment}`)}.${table}`);
  return rows[0].n;
};

describe("a preview", () => {
  it("begins with production's structure and none of its rows, at an address of its own, for a week", async () => {
    const plan = await use((ports) => planProject(ports, { manifest, environment: "fix-1" }));
    const [schema] = plan.changes.filter(({ kind }) => kind === "schema");
    expect(schema?.why).toBe(`it does not exist; it begins as a copy of ${name}, without its rows`);
    const before = Date.now();
    const applied = await apply("fix-1");
    expect(applied).toMatchObject({ project: `${name}-fix-1`, status: "created" });
    expect(Date.parse(applied.expiresAt as string) - before).toBeGreaterThan(6.9 * DAY);
    expect(Date.parse(applied.expiresAt as string) - before).toBeLessThan(7.1 * DAY);
    expect((await visit(caddy, `${name}-fix-1.${caddy.domain}`)).status).toBe(200);
    expect([await count("fix-1", "item"), await count("fix-1", "waitlist_signup")]).toEqual([0, 0]);
    expect(await use((ports) => planProject(ports, { project: name, environment: "fix-1" }))).toMatchObject({
      status: "empty",
      manifest: { domains: [] },
    });
  });

  it("takes the rows along when the manifest says so, but nobody's subscription: it sells nothing", async () => {
    const plans = [{ key: "free", name: "Free" }];
    const billing = { currency: "usd", plans };
    await apply("with-data", { manifest: { ...withData, auth: {}, billing } });
    expect([await count("with-data", "item"), await count("with-data", "waitlist_signup")]).toEqual([1, 1]);
    expect(await count("with-data", "billing_customer")).toBe(0);
    const { manifest: recorded, expiresAt } = await record("with-data");
    expect(recorded).not.toHaveProperty("billing");
    expect(Date.parse(expiresAt as string) - Date.now()).toBeLessThan(2 * DAY);
    const selling = await use(({ sql }) => sellers(sql));
    expect(selling).toContain(name);
    expect(selling).not.toContain(`${name}-with-data`);
  });

  it("has no credential of production's, and reaches none of its rows with its own", async () => {
    await apply("alone", { manifest: whole });
    const env = async (project: string) => (await use((ports) => projectEnv(ports, project))).variables;
    const [own, productions] = [await env(`${name}-alone`), await env(name)];
    expect(Object.keys(own)).toEqual(Object.keys(productions));
    for (const value of Object.values(productions)) expect(Object.values(own)).not.toContain(value);
    const passwords = Object.values(productions).flatMap((value) => /:([^:@/]+)@/.exec(value)?.slice(1) ?? []);
    expect(passwords.length).toBeGreaterThanOrEqual(4);
    for (const password of passwords) expect(JSON.stringify(own)).not.toContain(password);
    for (const role of ["owner", "app", "readonly"] as const) {
      const login = connectionOf(workspace, folderOf(`${name}-alone`), role);
      const reading = withPostgres(login, (sql) => sql.query(`select from ${name}.item`));
      await expect(reading).rejects.toMatchObject({ details: { sqlstate: "42501" } });
    }
  });

  it("begins with nothing when that is asked for", async () => {
    await apply("empty", { manifest: { ...manifest, environments: { preview: { copy: "nothing" } } } });
    await expect(count("empty", "item")).rejects.toMatchObject({ details: { sqlstate: "42P01" } });
  });

  it("is copied into once: what its branch did to the tables since stays", async () => {
    await apply("once");
    const schema = schemaOf(`${name}-once`);
    await exec(`drop schema ${schema} cascade; create schema ${schema} authorization ${schema}_owner;
                comment on schema ${schema} is 'run8n project ${name}-once'`);
    await apply("once", { manifest: withData });
    await expect(count("once", "item")).rejects.toMatchObject({ details: { sqlstate: "42P01" } });
    expect(await count("once", "waitlist_signup")).toBe(0);
  });

  it("stays from its last apply on, also from one after its time that changed nothing", async () => {
    await apply("old");
    await exec("update run8n.project set expires_at = now() - interval '1 hour' where name = $1", [`${name}-old`]);
    const again = await apply("old");
    expect(again.status).toBe("unchanged");
    expect(Date.parse(again.expiresAt as string) - Date.now()).toBeGreaterThan(6.9 * DAY);
  });

  it("is made once by two who want it at the same time", async () => {
    const both = await Promise.all([apply("twice", { manifest: withData }), apply("twice", { manifest: withData })]);
    expect(both.map(({ project }) => project)).toEqual([`${name}-twice`, `${name}-twice`]);
    expect(await count("twice", "item")).toBe(1);
  });

  it("is finished by the next apply, wherever the first was killed", async () => {
    for (const at of KILLS) {
      const environment = `killed-${at}`;
      await use(async (ports) => {
        const { life, ...wrap } = dying(at, at % 2 ? "before" : "after");
        const cut: Ports = { ...ports, sql: wrap.sql(ports.sql), workspace: wrap.workspace(ports.workspace) };
        await applyAll(cut, { manifest: withData, environment }).catch(() => undefined);
        expect(life).toMatchObject({ died: true });
      });
      await apply(environment, { manifest: withData });
      expect([await count(environment, "item"), await count(environment, "waitlist_signup")]).toEqual([1, 1]);
    }
  });

  it("is not for the holder of its key to fill with production's rows, or to keep for long", async () => {
    const whose = { target: `${name}-keyed`, project: name, environment: "keyed" };
    await use((ports) => VERBS.apply_project.run(ports, whose, { manifest: withData }));
    expect(await count("keyed", "item")).toBe(0);
    expect((await record("keyed")).manifest).toMatchObject({ environments: { preview: { days: 7 } } });
  });
});

describe("names that meet", () => {
  it("are the first one's: a preview of another project of that name is refused", async () => {
    await use((ports) => applyAll(ports, { project: `${name}-x` }));
    await apply("x-y");
    const theirs = (ports: Ports) => applyAll(ports, { project: `${name}-x`, environment: "y" });
    await expect(use(theirs)).rejects.toMatchObject({
      code: "conflict",
      message: `${name}-x-y is the environment x-y of ${name}`,
      hint: expect.stringContaining("another name"),
    });
    const asProject = use((ports) => applyAll(ports, { project: `${name}-x-y` }));
    await expect(asProject).rejects.toMatchObject({ code: "conflict" });
    const key = { project: `${name}-x`, environment: "y", name: "ci", verbs: ["get_project"] };
    await expect(use(({ sql }) => ensureAccess(sql, key))).rejects.toMatchObject({ code: "conflict" });
    await expect(apply("x")).rejects.toMatchObject({ message: expect.stringContaining("project of its own") });
  });

  it("are one's also when both come at once", async () => {
    const preview = { copy: "structure", days: 7 } as const;
    const make = (of: string, environment: string) =>
      use(({ sql }) =>
        ensureProject(
          { sql, workspace, caddy },
          { project: `${name}-p-q`, template: "static", environment: { of, name: environment, preview } },
        ),
      );
    const made = await Promise.allSettled([make(name, "p-q"), make(`${name}-p`, "q")]);
    expect(made.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});
