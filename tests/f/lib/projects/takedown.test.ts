import { existsSync } from "node:fs";
import { join } from "node:path";
import { ListObjectVersionsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { checkKey } from "../../../../f/lib/access/check.ts";
import { ensureAccess } from "../../../../f/lib/access/ensure.ts";
import { readEdge } from "../../../../f/lib/caddy/admin.ts";
import { folderOf, schemaOf } from "../../../../f/lib/names.ts";
import { baseMark } from "../../../../f/lib/nocodb/base.ts";
import { integrationTitle } from "../../../../f/lib/nocodb/integration.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { ensureSchema } from "../../../../f/lib/postgres/ensure_schema.ts";
import { rotatePassword } from "../../../../f/lib/postgres/rotate.ts";
import { applyKind } from "../../../../f/lib/projects/apply_kind.ts";
import { planProject } from "../../../../f/lib/projects/plan.ts";
import { listResources } from "../../../../f/lib/projects/resources.ts";
import { lockKind, planDrop } from "../../../../f/lib/projects/takedown.ts";
import { sendCommands } from "../../../../f/lib/redis/commands.ts";
import { provideBucket } from "../../../../f/lib/storage/bucket.ts";
import { openStorage } from "../../../../f/lib/storage/project.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { visit } from "../../../support/edge.ts";
import { testNocodb } from "../../../support/nocodb.ts";
import { applyAll, deleteAll, dropAll, projectServers, restoreAll } from "../../../support/project_ports.ts";
import { connectionOf } from "../../../support/project_roles.ts";
import { testQdrant } from "../../../support/qdrant.ts";
import { redisOf } from "../../../support/redis_user.ts";
import { awsClient, standInS3 } from "../../../support/s3.ts";

const servers = projectServers(testDatabase());
const { caddy, db, use, workspace, sites } = servers;
const qdrant = testQdrant();
const nocodb = testNocodb();
const store = standInS3();
beforeAll(async () => {
  await provideBucket({ s3: store.s3 }, { origins: [], keepDeletedDays: 30 });
  Object.assign(servers.connections, { qdrant: qdrant.value, nocodb: nocodb.value, storage: store.s3 });
});
const WANTED = {
  ...{ template: "static", realtime: true, auth: {}, storage: {}, database: { base: true } },
  vectors: [{ name: "docs", vectors: [{ name: "dense", size: 2 }] }],
  schedules: [{ name: "drift", cron: "0 30 3 * * *", verb: "check_drift" }],
};
const exec = (text: string, params: unknown[] = []) => withPostgres(db, (sql) => sql.query(text, params));

/** A live project with a domain of its own, a row, a key and a neighbour whose name begins alike. */
async function inUse() {
  const name = uniqueProject();
  const domain = `${name}.example`;
  await use(async (ports) => {
    await applyAll(ports, { manifest: { ...WANTED, name, domains: [domain] } });
    await applyAll(ports, { project: `${name}-app` });
    await ports.sql.query(`insert into ${name}.waitlist_signup (email, email_key) values ('a@b.example', 'a')`);
  });
  const { key } = await use(({ sql }) => ensureAccess(sql, { project: name, name: "ci", verbs: ["get_project"] }));
  const host = `${name}.${caddy.domain}`;
  const login = () => withPostgres(connectionOf(workspace, folderOf(name), "app"), (sql) => sql.query("select 1"));
  const redis = redisOf(workspace, { resource: `${folderOf(name)}/redis` });
  const file = { Bucket: store.s3.bucket, Key: `${name}/users/a`, Body: "hello" };
  await awsClient(store.s3).send(new PutObjectCommand(file));
  const send = () => sendCommands(redis, [["SET", `${name}:greeting`, "hello"]]);
  await send();
  const check = () =>
    use(({ sql }) => checkKey(sql, { key: key as string, project: name, verb: "get_project" as const }));
  return { name, domain, host, login, check, send };
}

describe("deleting a project", () => {
  it("answers 410 on all its hosts, lets no role and no key in, and keeps every row and file", async () => {
    const { name, domain, host, login, check, send } = await inUse();
    await login();
    const week = 7 * 86_400_000;
    const taken = await use((ports) => deleteAll(ports, name));
    expect(taken).toMatchObject({ project: name, status: "deleted" });
    expect(Date.parse(taken.dropAt as string) - Date.parse(taken.deletedAt as string)).toBe(week);

    for (const one of [host, domain]) {
      const page = await visit(caddy, one, "/any/where");
      expect(page).toMatchObject({ status: 410 });
      expect(page.body).toContain("<h1");
    }
    const api = await visit(caddy, host, "/api/waitlist/signups", { method: "POST", body: "{}" });
    expect(api.status).toBe(410);
    expect(JSON.parse(api.body)).toMatchObject({ error: { code: "gone" } });
    await expect(login()).rejects.toMatchObject({ code: "upstream_unreachable" });
    await expect(send()).rejects.toMatchObject({ code: "upstream_failed" });
    await expect(check()).rejects.toMatchObject({ status: 401, message: /suspended/ });
    expect(workspace.resources.has(`${folderOf(name)}/project`)).toBe(false);
    await expect(openStorage(workspace, name)).rejects.toMatchObject({ code: "conflict" });
    expect(workspace.schedules.get(`${folderOf(name)}/schedule_drift`)).toMatchObject({ enabled: false });

    const { rows } = await exec(`select email from ${name}.waitlist_signup`);
    expect(rows).toEqual([{ email: "a@b.example" }]);
    expect(existsSync(join(sites, name, "current", "index.html"))).toBe(true);
    expect((await visit(caddy, `${name}-app.${caddy.domain}`)).status).toBe(200);
  });

  it("can be done again, keeps the time of the first, and refuses to plan or apply meanwhile", async () => {
    const { name } = await inUse();
    const first = await use((ports) => deleteAll(ports, name));
    expect(await use((ports) => deleteAll(ports, name))).toEqual(first);
    await expect(use((ports) => planProject(ports, { project: name }))).rejects.toMatchObject({
      code: "conflict",
      hint: expect.stringContaining("restore_project"),
    });
  });

  it("has nothing to do where there is no project", async () => {
    const project = uniqueProject();
    expect(await use((ports) => deleteAll(ports, project))).toMatchObject({ status: "absent" });
  });

  it("takes the environments along", async () => {
    const { name } = await inUse();
    await use((ports) => applyAll(ports, { project: name, environment: "staging" }));
    await use((ports) => deleteAll(ports, name));
    expect((await visit(caddy, `${name}-staging.${caddy.domain}`)).status).toBe(410);
    expect(await use((ports) => dropAll(ports, name))).toMatchObject({ status: "absent" });
    expect((await use((ports) => listResources(ports, `${name}-staging`))).items).toEqual([]);
  });
});

describe("restoring a project", () => {
  it("brings all of it back as it was", async () => {
    const { name, domain, host, login, check, send } = await inUse();
    await use((ports) => rotatePassword(ports, { project: name, role: "app" }));
    await use((ports) => deleteAll(ports, name));
    expect(await use((ports) => restoreAll(ports, name))).toMatchObject({ project: name, status: "updated" });
    for (const one of [host, domain]) expect((await visit(caddy, one)).status).toBe(200);
    await Promise.all([login(), send()]);
    expect(await check()).toMatchObject({ project: name });
    const { rows } = await exec(`select email from ${name}.waitlist_signup`);
    expect(rows).toHaveLength(1);
    expect(await use((ports) => planProject(ports, { project: name }))).toMatchObject({ status: "empty" });
    expect(await use((ports) => restoreAll(ports, name))).toMatchObject({ status: "unchanged" });
  });

  it("knows no project that was dropped or never made", async () => {
    const project = uniqueProject();
    await expect(use((ports) => restoreAll(ports, project))).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("dropping a project", () => {
  it("leaves nothing of it on any service but the dump and the record of what was done", async () => {
    const { name, domain } = await inUse();
    await use((ports) => rotatePassword(ports, { project: name, role: "app" }));
    await use((ports) => ensureSchema(ports, name, { shadow: true }));
    await use((ports) => deleteAll(ports, name));
    expect(await use((ports) => dropAll(ports, name))).toMatchObject({ status: "absent" });
    expect(await use((ports) => dropAll(ports, name))).toMatchObject({ status: "absent" });

    const traces = await everyService(name, domain);
    expect(traces).toEqual([]);
    const { rows: dumps } = await exec("select id, relations from run8n.dump where project = $1", [name]);
    expect(dumps[0].relations).toContainEqual(expect.objectContaining({ name: "waitlist_signup", rows: "1" }));
    const { rows: audit } = await exec("select verb from run8n.operation where project = $1", [name]);
    expect(audit.map(({ verb }) => verb)).toContain("infra/projects/drop_project");

    // The neighbour whose name begins alike is whole, and the name is free again.
    expect((await visit(caddy, `${name}-app.${caddy.domain}`)).status).toBe(200);
    expect(await use((ports) => planProject(ports, { project: `${name}-app` }))).toMatchObject({ status: "empty" });
    expect(await use((ports) => applyAll(ports, { project: name }))).toMatchObject({ status: "created" });
    expect((await exec(`select from ${name}.waitlist_signup`)).rows).toEqual([]);
  });

  it("refuses a project in use, and one whose name is not confirmed", async () => {
    const { name } = await inUse();
    const drop = (confirm: string) => use((ports) => planDrop(ports, { project: name, confirm }));
    await expect(drop(name)).rejects.toMatchObject({ status: 412, hint: expect.stringContaining("delete_project") });
    await use((ports) => deleteAll(ports, name));
    await expect(drop("")).rejects.toMatchObject({ status: 412, details: { argument: "confirm" } });
    expect((await drop(name)).drops.at(-1)).toEqual({ project: name, kind: "project", confirm: name });
  });
});

it("locks again what an apply opened after the project was deleted", async () => {
  const { name, login } = await inUse();
  await use(async (ports) => {
    const deleting = {
      ...ports,
      workspace: {
        ...ports.workspace,
        // Between the look at the record and the work of the step, somebody deletes the project.
        ensureFolder: async (path: string) => {
          await exec("update run8n.project set status = 'deleted', drop_at = now() where name = $1", [name]);
          await ports.workspace.ensureFolder(path);
        },
      },
    };
    await exec(`alter role ${name}_app nologin`);
    await expect(applyKind(deleting, { project: name, kind: "schema" })).rejects.toMatchObject({ code: "conflict" });
  });
  await expect(login()).rejects.toMatchObject({ code: "upstream_unreachable" });
});

it("refuses a kind that there is not", async () => {
  const locking = use((ports) => lockKind(ports, { project: uniqueProject(), kind: "universe" }));
  await expect(locking).rejects.toMatchObject({ code: "invalid_input" });
});

/** Every trace of a project on every service, found without the code under test. */
async function everyService(name: string, domain: string): Promise<string[]> {
  const schema = schemaOf(name);
  const { rows } = await exec(
    `select 'schema ' || nspname as it from pg_namespace where nspname = $1 or starts_with(nspname, $1 || '__')
     union all select 'role ' || rolname from pg_roles where rolname ~ ('^' || $1 || '_(owner|app|readonly)(_b)?$')
     union all select 'database ' || datname from pg_database where starts_with(datname, $1 || '_')
     union all select 'record ' || name from run8n.project where name = $2
     union all select 'route ' || host from run8n.route where project = $2
     union all select 'phase ' || phase from run8n.phase where project = $2
     union all select 'key ' || id from run8n.access_key where project = $2
     union all select 'right ' || datacl::text from pg_database where datacl::text like '%' || $1 || '_app%' and datname = current_database()`,
    [schema, name],
  );
  const [users, keys] = await sendCommands(inject("services").redis, [
    ["ACL", "USERS"],
    ["KEYS", `${name}:*`],
  ]);
  const { collections } = await qdrant.client.getCollections();
  const { Versions: files = [] } = await awsClient(store.s3).send(
    new ListObjectVersionsCommand({ Bucket: store.s3.bucket, Prefix: `${name}/` }),
  );
  const nocodbHas = JSON.stringify([
    await nocodb.api.get("/api/v2/meta/bases"),
    await nocodb.api.get("/api/v2/meta/integrations"),
  ]);
  const { servers: running } = await readEdge(caddy);
  const routes = JSON.stringify(running);
  return [
    ...rows.map(({ it: trace }) => trace as string).filter((trace) => !trace.includes(`${schema}_app_`)),
    ...[`"${name}.${caddy.domain}"`, `"${domain}"`, `run8n:${name}:`].filter((trace) => routes.includes(trace)),
    ...(users as string[]).filter((user) => user === `project-${name}`),
    ...(keys as string[]),
    ...files.map(({ Key }) => Key as string),
    ...[baseMark(name), integrationTitle(name)].filter((mark) => nocodbHas.includes(`"${mark}"`)),
    ...collections.map((one) => one.name).filter((one) => one.startsWith(`${schema}__`)),
    ...(existsSync(join(sites, name)) ? ["files"] : []),
    ...[workspace.secrets, workspace.resources, workspace.schedules, workspace.folders]
      .flatMap((kept) => [...kept.keys()])
      .filter((path) => path === folderOf(name) || path.startsWith(`${folderOf(name)}/`)),
  ];
}
