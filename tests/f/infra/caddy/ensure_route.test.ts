import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { main as deleteRoute } from "../../../../f/infra/caddy/delete_route.ts";
import { main as ensureRoute } from "../../../../f/infra/caddy/ensure_route.ts";
import { main as listRoutes } from "../../../../f/infra/caddy/list_routes.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { startEcho, visit } from "../../../support/edge.ts";
import { testHosts } from "../../../support/hosts.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";

const db = testDatabase();
jobsEngine(); // domains from elsewhere are noted in Windmill
const { caddy } = inject("services");
const host = testHosts()[0]?.value as { transport: "local"; root: string };
const absent = [undefined, undefined, undefined, undefined] as const;

let app: Awaited<ReturnType<typeof startEcho>>;
beforeAll(async () => {
  app = await startEcho();
});
afterAll(() => app.stop());

const made: string[] = [];
function project(): string {
  const name = uniqueProject();
  made.push(name);
  return name;
}
afterAll(async () => {
  for (const { project: owner, host: hostname } of (await listRoutes(undefined, caddy)).items)
    if (made.includes(owner)) await deleteRoute(owner, hostname, caddy, db);
});

describe("ensure_route", () => {
  it("serves a project's site under its own name, and says so again without a change", async () => {
    const name = project();
    mkdirSync(join(host.root, name, "current"), { recursive: true });
    writeFileSync(join(host.root, name, "current/index.html"), `<h1>${name}</h1>`);
    const expected = {
      project: name,
      host: `${name}.apps.localhost`,
      url: `http://${name}.apps.localhost:${caddy.port}`,
      kind: "static",
    };
    expect(await ensureRoute(name, "static", ...absent, {}, caddy, db, host)).toEqual({
      ...expected,
      status: "created",
    });
    expect(await ensureRoute(name, "static", ...absent, {}, caddy, db, host)).toEqual({
      ...expected,
      status: "unchanged",
    });
    expect(await visit(caddy, expected.host)).toMatchObject({ status: 200, body: `<h1>${name}</h1>` });
    expect((await listRoutes(name, caddy)).items).toEqual([expected]);
  });

  it("takes null, as a form sends it, for what was left empty", async () => {
    const name = project();
    const empty = [null, null, null, null] as unknown as typeof absent;
    expect(await ensureRoute(name, "static", ...empty, {}, caddy, db, host)).toMatchObject({
      host: `${name}.apps.localhost`,
    });
  });

  it("passes everything on to an app", async () => {
    const name = project();
    await ensureRoute(name, "proxy", undefined, app.address, undefined, undefined, {}, caddy, db, host);
    const { body } = await visit(caddy, `${name}.apps.localhost`, "/a/b?c=d");
    expect(JSON.parse(body)).toMatchObject({ url: "/a/b?c=d", headers: { host: `${name}.apps.localhost` } });
  });

  it("says in a page that an app does not answer", async () => {
    const name = project();
    await ensureRoute(name, "proxy", undefined, "127.0.0.1:1", undefined, undefined, {}, caddy, db, host);
    expect(await visit(caddy, `${name}.apps.localhost`)).toMatchObject({
      status: 502,
      headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
      body: expect.stringContaining("This did not work"),
    });
  });

  it.each([
    [undefined, 308],
    [301, 301],
    [302, 302],
  ])("redirects a custom domain, path and query kept, with code %s", async (code, status) => {
    const name = project();
    const custom = `www.${name}.example.com`;
    await ensureRoute(name, "redirect", custom, undefined, "https://shop.example.com/new/", code, {}, caddy, db, host);
    for (const path of ["/a?b=%20{env.HOME}", "//evil.example.com/", "/"]) {
      const { headers, ...answer } = await visit(caddy, custom, path);
      expect(answer).toMatchObject({ status });
      expect(headers.location).toBe(`https://shop.example.com/new${path}`);
    }
  });

  it("replaces what a host answered with before", async () => {
    const name = project();
    await ensureRoute(name, "static", ...absent, {}, caddy, db, host);
    const proxied = await ensureRoute(name, "proxy", undefined, app.address, undefined, undefined, {}, caddy, db, host);
    expect(proxied).toMatchObject({ kind: "proxy", status: "updated" });
    expect((await listRoutes(name, caddy)).items).toHaveLength(1);
    expect((await visit(caddy, `${name}.apps.localhost`, "/x")).status).toBe(200);
  });

  it("records who asked for what", async () => {
    const name = project();
    await ensureRoute(name, "static", ...absent, {}, caddy, db, host);
    const { rows } = await withPostgres(db, (sql) =>
      sql.query("select verb, status, arguments from run8n.operation where project = $1", [name]),
    );
    expect(rows).toMatchObject([
      {
        verb: "infra/caddy/ensure_route",
        status: "succeeded",
        arguments: { project: name, host: `${name}.apps.localhost`, kind: "static" },
      },
    ]);
  });

  type Change = {
    project?: unknown;
    kind?: unknown;
    hostname?: unknown;
    upstream?: unknown;
    target?: unknown;
    statusCode?: unknown;
  };
  it.each<[string, Change, string]>([
    ["a project name in upper case", { project: "Shop" }, "project"],
    ["a project name with a path", { project: "../shop" }, "project"],
    ["a reserved project name", { project: "windmill" }, "project"],
    ["SQL as project name", { project: "a'; drop table run8n.route; --" }, "project"],
    ["an unknown kind", { kind: "fileserver" }, "kind"],
    ["a kind that every object has", { kind: "constructor" }, "kind"],
    ["a host that is none", { hostname: "not a host" }, "host"],
    ["another project's host", { hostname: "other.apps.localhost" }, "hostname"],
    ["a proxy to nowhere", { kind: "proxy" }, "upstream"],
    ["a proxy to the admin API", { kind: "proxy", upstream: caddy.admin }, "upstream"],
    ["a proxy with a target", { kind: "proxy", upstream: "127.0.0.1:3000", target: "https://example.com" }, "target"],
    ["a redirect to nowhere", { kind: "redirect" }, "target"],
    ["a redirect with an odd code", { kind: "redirect", target: "https://example.com", statusCode: 307 }, "statusCode"],
    ["a site with an upstream", { upstream: "127.0.0.1:3000" }, "upstream"],
    ["a site with a code", { statusCode: 308 }, "statusCode"],
  ])("refuses %s and changes nothing", async (_, change, argument) => {
    const name = uniqueProject();
    const ask = { project: name, kind: "static", ...change } as Record<keyof Change, never>;
    const call = ensureRoute(
      ask.project,
      ask.kind,
      ask.hostname,
      ask.upstream,
      ask.target,
      ask.statusCode,
      {},
      caddy,
      db,
      host,
    );
    const error = await call.catch((caught) => caught);
    expect(error).toMatchObject({ hint: expect.any(String), details: { argument } });
    expect([400, 403]).toContain(error.status);
    if (typeof change.project !== "string") expect((await listRoutes(name, caddy)).items).toEqual([]);
  });
});
