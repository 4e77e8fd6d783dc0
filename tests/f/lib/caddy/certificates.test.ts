import { createServer } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { deleteRoute } from "../../../../f/lib/caddy/delete.ts";
import { ensureRoute } from "../../../../f/lib/caddy/ensure.ts";
import { domainQuestion, knownDomain } from "../../../../f/lib/caddy/known_domain.ts";
import { closeRoutes, dropRoutes } from "../../../../f/lib/caddy/project_routes.ts";
import { reconcileRoutes } from "../../../../f/lib/caddy/reconcile.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import type { CaddyValue } from "../../../../f/lib/resources.ts";
import { freePort } from "../../../../scripts/stack/process.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { startEcho } from "../../../support/edge.ts";
import { startTlsCaddy } from "../../../support/tls.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();
let own: Awaited<ReturnType<typeof startTlsCaddy>>;
let echo: Awaited<ReturnType<typeof startEcho>>;
const asked: string[] = [];
/** Windmill, as far as Caddy is concerned: the route that says whether a domain is known. */
const windmill = createServer(async (request, answer) => {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://windmill");
  const { digests, refusal } = domainQuestion({ kind: "http", query: Object.fromEntries(searchParams) });
  asked.push(`${pathname} ${searchParams.get("domain")}`);
  const known = await withPostgres(db, (sql) => knownDomain(sql, digests)).catch(() => undefined);
  answer.writeHead(!refusal && known ? 200 : 404).end();
});
beforeAll(async () => {
  const port = await freePort();
  await new Promise<void>((resolve) => windmill.listen(port, "127.0.0.1", resolve));
  own = await startTlsCaddy({ address: `127.0.0.1:${port}`, workspace: "ws" });
  echo = await startEcho();
});
afterAll(async () => {
  await own.remove();
  await echo.stop();
  windmill.close();
});
beforeEach(() => {
  asked.length = 0;
});

const ensure = (project: string, hostname: string, more: Partial<CaddyValue> = {}) =>
  withPostgres(db, (sql) =>
    ensureRoute({
      sql,
      caddy: { ...own.caddy, ...more },
      workspace: memoryWorkspace(),
      project,
      hostname,
      kind: "proxy",
      upstream: echo.address,
    }),
  );
const listed = async () => {
  const { automation } = (await own.tls()) as { automation: { policies: { "@id": string; subjects?: string[] }[] } };
  return automation.policies.find((policy) => policy["@id"] === "run8n:on_demand")?.subjects ?? [];
};

describe("a domain that a project brings", () => {
  it("gets its certificate when a browser first asks, after run8n has said that it knows it", async () => {
    const project = uniqueProject();
    const host = `${project}.example.org`;
    expect(await own.certificate(host)).toBeUndefined();
    await ensure(project, host);
    expect(asked).toEqual([]);
    expect(await own.certificate(host)).toBe(`DNS:${host}`);
    expect(asked).toEqual([`/api/r/ws/edge/domains ${host}`]);
    expect(JSON.parse((await own.visit(host)).body)).toMatchObject({ headers: { host } });
    expect(await ensure(project, host)).toMatchObject({ status: "unchanged" });
  });

  it("may be a wildcard, whose names each get a certificate of their own", async () => {
    const project = uniqueProject();
    const domain = `${project}.example.org`;
    await ensure(project, `*.${domain}`);
    for (const name of ["one", "two"]) {
      expect(await own.certificate(`${name}.${domain}`)).toBe(`DNS:${name}.${domain}`);
      expect((await own.visit(`${name}.${domain}`)).status).toBe(200);
    }
    expect(await own.certificate(domain)).toBeUndefined();
    expect(await own.certificate(`a.b.${domain}`)).toBeUndefined();
  });

  it("gets none once it is on no record, whatever Caddy's list says", async () => {
    const project = uniqueProject();
    await ensure(project, `*.${project}.example.org`);
    await withPostgres(db, (sql) => sql.query("delete from run8n.route where project = $1", [project]));
    expect(await own.certificate(`a.${project}.example.org`)).toBeUndefined();
    expect(asked).toHaveLength(1);
  });

  it("leaves Caddy's list with its route, and with all routes of its project", async () => {
    const [first, second] = [uniqueProject(), uniqueProject()];
    const hosts = [`${first}.example.org`, `www.${first}.example.org`, `*.${second}.example.org`] as const;
    await Promise.all([ensure(first, hosts[0]), ensure(first, hosts[1]), ensure(second, hosts[2])]);
    expect(await listed()).toEqual(expect.arrayContaining([...hosts]));
    const workspace = memoryWorkspace();
    await withPostgres(db, async (sql) => {
      await deleteRoute({ sql, caddy: own.caddy, workspace, project: first, hostname: hosts[0] });
      expect(await listed()).not.toContain(hosts[0]);
      await closeRoutes({ sql, caddy: own.caddy }, second);
      expect(await listed()).toContain(hosts[2]); // its page that says so is served over TLS as well
      await dropRoutes({ sql, caddy: own.caddy }, second);
    });
    expect(await listed()).not.toContain(hosts[2]);
    expect(await listed()).toContain(hosts[1]);
  });

  it("loses nobody's place on the list to eight callers at once", async () => {
    const projects = Array.from({ length: 8 }, () => uniqueProject());
    await Promise.all(projects.map((project) => ensure(project, `${project}.example.org`)));
    expect(await listed()).toEqual(expect.arrayContaining(projects.map((project) => `${project}.example.org`)));
  });

  it("comes back onto the list when Caddy lost it, and leaves others' rules as they are", async () => {
    const project = uniqueProject();
    const host = `${project}.example.org`;
    await ensure(project, host);
    const others = [{ subjects: ["corp.example.net"], issuers: [{ module: "internal" }] }];
    await own.setTls({ automation: { policies: others } });
    const reconcile = () => withPostgres(db, (sql) => reconcileRoutes({ sql, caddy: own.caddy }));
    expect(await reconcile()).toMatchObject({ certificates: true, status: "updated" });
    expect(await reconcile()).toMatchObject({ certificates: false, status: "unchanged" });
    expect(await listed()).toContain(host);
    expect(((await own.tls()) as { automation: { policies: object[] } }).automation.policies.slice(1)).toEqual(others);
  });

  it("is refused when Caddy asks somebody else for certificates already", async () => {
    const project = uniqueProject();
    const before = await own.tls();
    await own.setTls({ automation: { on_demand: { ask: "http://127.0.0.1:1/ask" } } });
    await expect(ensure(project, `${project}.example.org`)).rejects.toMatchObject({
      code: "conflict",
      hint: /on_demand/,
    });
    await own.setTls(before as object);
  });

  it("needs nothing of this where all is plain HTTP, or below the server's own domain", async () => {
    const project = uniqueProject();
    const before = await own.tls();
    await ensure(project, `${project}.example.org`, { publicUrl: "http://{host}" });
    await ensure(project, `${project}.apps.example.com`);
    expect(await own.tls()).toEqual(before);
  });
});

describe("a wildcard", () => {
  it("leaves its project's full names to their own routes, whichever came first", async () => {
    const project = uniqueProject();
    const domain = `${project}.example.org`;
    const redirect = (host: string) =>
      withPostgres(db, (sql) =>
        ensureRoute({
          sql,
          caddy: own.caddy,
          workspace: memoryWorkspace(),
          project,
          hostname: host,
          kind: "redirect",
          target: "https://example.com",
        }),
      );
    await redirect(`first.${domain}`);
    await ensure(project, `*.${domain}`);
    await redirect(`later.${domain}`);
    for (const name of ["first", "later"]) expect((await own.visit(`${name}.${domain}`)).status).toBe(308);
    expect((await own.visit(`other.${domain}`)).status).toBe(200);
    await withPostgres(db, (sql) => closeRoutes({ sql, caddy: own.caddy }, project));
    expect((await own.visit(`other.${domain}`)).status).toBe(410);
  });

  it("takes nothing in that is another project's, nor lets another into what it takes in", async () => {
    const [first, second] = [uniqueProject(), uniqueProject()];
    await ensure(first, `a.${first}.example.org`);
    await expect(ensure(second, `*.${first}.example.org`)).rejects.toMatchObject({ code: "conflict" });
    await ensure(first, `*.${second}.example.org`);
    await expect(ensure(second, `a.${second}.example.org`)).rejects.toMatchObject({ code: "conflict" });
    await ensure(second, `a.b.${second}.example.org`);
  });

  it.each(["*.example.com", "*.apps.example.com", "*.shop.apps.example.com"])(
    "may not be %s, the server's",
    async (host) => {
      await expect(ensure("shop", host)).rejects.toMatchObject({ code: "forbidden", status: 403 });
    },
  );

  it.each(["*", "*.", "*.org", "*.*.example.org", "a*.example.org", "a.*.example.org", "**.example.org"])(
    "may not be %s",
    async (host) => {
      await expect(ensure("shop", host)).rejects.toMatchObject({ code: "invalid_input" });
    },
  );
});
