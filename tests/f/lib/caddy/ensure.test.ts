import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { changeRoutes, readEdge } from "../../../../f/lib/caddy/admin.ts";
import { deleteRoute } from "../../../../f/lib/caddy/delete.ts";
import { ensureRoute } from "../../../../f/lib/caddy/ensure.ts";
import { listRoutes } from "../../../../f/lib/caddy/list.ts";
import { ownRoute } from "../../../../f/lib/caddy/route.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { openConnection, pickyCaddy, startCaddy, visit } from "../../../support/edge.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();
const workspace = memoryWorkspace();
let own: Awaited<ReturnType<typeof startCaddy>>;
beforeAll(async () => {
  own = await startCaddy();
});
afterAll(() => own.remove());
beforeEach(() => own.config("PATCH", "/apps/http/servers/run8n/routes", []));

const ensure = (project: string, options: { hostname?: string; upstream?: string; admin?: string } = {}) =>
  withPostgres(db, (sql) => {
    const { hostname, upstream, ...edge } = options;
    const answer = upstream ? ({ kind: "proxy", upstream } as const) : ({ kind: "static", siteRoot: "/srv" } as const);
    return ensureRoute({ sql, caddy: { ...own.caddy, ...edge }, workspace, project, hostname, ...answer });
  });
const hostsOf = async () => (await listRoutes(own.caddy)).items.map((item) => item.host);
const recorded = (host: string) =>
  withPostgres(db, async (sql) => (await sql.query("select * from run8n.route where host = $1", [host])).rows);

describe("a route", () => {
  it("survives eight writers at once, and a ninth who is not ours, with nothing lost or doubled", async () => {
    const projects = Array.from({ length: 8 }, () => uniqueProject());
    const foreign = async (host: string) => {
      await changeRoutes(own.caddy, (routes) => {
        const there = routes.some((route) => JSON.stringify(route.match).includes(host));
        return there ? undefined : [...routes, { match: [{ host: [host] }], handle: [] }];
      });
    };
    const others = ["a.example.com", "b.example.com", "c.example.com"];
    const done = await Promise.all([...projects.map((project) => ensure(project)), ...others.map(foreign)]);
    expect(done.slice(0, 8)).toEqual(
      projects.map((project) => expect.objectContaining({ project, status: "created" })),
    );
    expect(await hostsOf()).toEqual(projects.map((project) => `${project}.apps.localhost`).sort());
    const { servers } = await readEdge(own.caddy);
    const kept = servers.run8n?.routes?.filter((route) => !ownRoute(route));
    expect(kept?.flatMap((route) => route.match?.[0]?.host ?? []).sort()).toEqual(others);
  });

  it("is created once by eight callers who ask for the same", async () => {
    const project = uniqueProject();
    const done = await Promise.all(Array.from({ length: 8 }, () => ensure(project)));
    expect(done.map(({ status }) => status).sort()).toEqual(["created", ...Array(7).fill("unchanged")]);
    expect(await hostsOf()).toEqual([`${project}.apps.localhost`]);
  });

  it("goes to one of two projects that ask for one domain at once", async () => {
    const [first, second] = [uniqueProject(), uniqueProject()];
    const hostname = `${first}.example.com`;
    const done = await Promise.allSettled([ensure(first, { hostname }), ensure(second, { hostname })]);
    const refused = done.find((one) => one.status === "rejected");
    expect(done.filter((one) => one.status === "fulfilled")).toHaveLength(1);
    expect(refused?.reason).toMatchObject({ code: "conflict", status: 409, hint: expect.any(String) });
    expect(await hostsOf()).toEqual([hostname]);
  });

  it("writes nothing when all is as asked: the configuration and open connections stay", async () => {
    const project = uniqueProject();
    await ensure(project);
    const before = await readEdge(own.caddy);
    const idle = await openConnection(own.caddy.port, `${project}.apps.localhost`);
    expect(await ensure(project)).toMatchObject({ status: "unchanged" });
    expect(await readEdge(own.caddy)).toEqual(before);
    expect(await idle.ask()).toContain("HTTP/1.1 404");
    idle.close();
    const picky = await pickyCaddy(JSON.stringify(before.servers));
    expect(await ensure(project, { admin: picky.admin })).toMatchObject({ status: "unchanged" });
    picky.stop();
  });

  it("comes back when Caddy lost it, and onto the record when that lost it", async () => {
    const project = uniqueProject();
    const host = `${project}.apps.localhost`;
    await ensure(project);
    await own.config("PATCH", "/apps/http/servers/run8n/routes", []);
    expect(await ensure(project)).toMatchObject({ status: "created" });
    await withPostgres(db, (sql) => sql.query("delete from run8n.route where host = $1", [host]));
    expect(await ensure(project)).toMatchObject({ status: "updated" });
    expect(await recorded(host)).toMatchObject([{ project, route: { kind: "static", root: `/srv/${project}` } }]);
  });

  it("stands before routes that match every host", async () => {
    const project = uniqueProject();
    await own.config("PATCH", "/apps/http/servers/run8n/routes", [
      { handle: [{ handler: "static_response", body: "everything" }], terminal: true },
    ]);
    await ensure(project);
    expect((await visit(own.caddy, `${project}.apps.localhost`)).status).toBe(404);
    expect(await visit(own.caddy, "other.example.com")).toMatchObject({ body: "everything" });
  });

  it("replaces doubles that something else left behind", async () => {
    const project = uniqueProject();
    await ensure(project);
    const { servers } = await readEdge(own.caddy);
    const [route] = servers.run8n?.routes ?? [];
    await own.config("PATCH", "/apps/http/servers/run8n/routes", [
      { ...route, handle: [] },
      { ...route, "@id": undefined },
      route,
    ]);
    await own.config("PATCH", "/apps/http/servers/run8n/routes", [{ ...route, handle: [] }, route]);
    expect(await ensure(project)).toMatchObject({ status: "updated" });
    expect(await hostsOf()).toEqual([`${project}.apps.localhost`]);
  });

  it("never takes a host that the server itself answers for", async () => {
    const windmill = [{ match: [{ host: ["windmill.example.com"] }], handle: [{ handler: "subroute", routes: [] }] }];
    await own.config("PATCH", "/apps/http/servers/run8n/routes", windmill);
    await own.config("PUT", "/apps/http/servers/other", {
      listen: ["127.0.0.1:0"],
      routes: [{ match: [{ host: ["Elsewhere.example.com", "*.corp.example.com"] }] }],
    });
    for (const hostname of ["windmill.example.com", "elsewhere.example.com", "www.corp.example.com"]) {
      const project = uniqueProject();
      await expect(ensure(project, { hostname })).rejects.toMatchObject({
        code: "conflict",
        details: { host: hostname },
      });
      expect(await recorded(hostname)).toEqual([]);
    }
    expect((await readEdge(own.caddy)).servers.run8n?.routes).toEqual(windmill);
    await own.config("DELETE", "/apps/http/servers/other");
  });

  it("is refused when another project's runs, even if it is on no record", async () => {
    const [first, second] = [uniqueProject(), uniqueProject()];
    const hostname = `${first}.example.com`;
    await ensure(first, { hostname });
    await withPostgres(db, (sql) => sql.query("delete from run8n.route where host = $1", [hostname]));
    await expect(ensure(second, { hostname })).rejects.toMatchObject({ code: "conflict" });
    const remove = withPostgres(db, (sql) =>
      deleteRoute({ sql, caddy: own.caddy, workspace, project: second, hostname }),
    );
    await expect(remove).rejects.toMatchObject({ code: "conflict" });
    expect(await recorded(hostname)).toEqual([]);
  });

  it("stays its project's although Caddy lost it", async () => {
    const [first, second] = [uniqueProject(), uniqueProject()];
    const hostname = `${first}.example.com`;
    await ensure(first, { hostname });
    await own.config("PATCH", "/apps/http/servers/run8n/routes", []);
    await expect(ensure(second, { hostname })).rejects.toMatchObject({ code: "conflict" });
    const remove = withPostgres(db, (sql) =>
      deleteRoute({ sql, caddy: own.caddy, workspace, project: second, hostname }),
    );
    await expect(remove).rejects.toMatchObject({ code: "conflict" });
    expect(await recorded(hostname)).toMatchObject([{ project: first }]);
  });

  it("that Caddy does not accept leaves everything as it was, record included", async () => {
    const project = uniqueProject();
    await ensure(project);
    const before = await readEdge(own.caddy);
    const [was] = await recorded(`${project}.apps.localhost`);
    const picky = await pickyCaddy(JSON.stringify(before.servers));
    const caddy = { ...own.caddy, admin: picky.admin };
    const call = withPostgres(db, (sql) =>
      ensureRoute({ sql, caddy, workspace, project, kind: "static", siteRoot: "/elsewhere" }),
    );
    const error = await call.catch((caught) => caught);
    picky.stop();
    expect(error).toMatchObject({
      code: "upstream_failed",
      status: 502,
      hint: expect.any(String),
      details: { status: 500 },
    });
    expect(error.message).toContain("loading new config");
    expect(error.message).not.toContain("hunter2");
    expect(error.message.length).toBeLessThan(400);
    expect(await readEdge(own.caddy)).toEqual(before);
    expect(await recorded(`${project}.apps.localhost`)).toEqual([was]);
    expect((await visit(own.caddy, `${project}.apps.localhost`)).status).toBe(404);
  });

  it("makes a domain that a project brings one of its origins, as long as pages are served there", async () => {
    const project = uniqueProject();
    const hostname = `www.${project}.example.com`;
    const path = `f/project_${project}/project`;
    const mine = `http://${project}.apps.localhost:${own.caddy.port}`;
    const brought = `http://${hostname}:${own.caddy.port}`;
    const origins = async () => ((await workspace.getResource(path)) as { origins: string[] } | undefined)?.origins;
    await ensure(project);
    await ensure(project, { hostname });
    expect(await origins(), "of a project that Windmill does not know").toBeUndefined();

    await workspace.setResource(path, "run8n_project", { name: project, origins: [mine] });
    expect(await ensure(project, { hostname })).toMatchObject({ status: "updated" });
    expect(await ensure(project, { hostname })).toMatchObject({ status: "unchanged" });
    expect(await origins()).toEqual([mine, brought]);

    const redirect = { kind: "redirect", target: "https://example.com" } as const;
    await withPostgres(db, (sql) => ensureRoute({ sql, caddy: own.caddy, workspace, project, hostname, ...redirect }));
    expect(await origins()).toEqual([mine]);
    await ensure(project, { hostname, upstream: "127.0.0.1:3000" });
    expect(await origins()).toEqual([mine, brought]);
    for (const host of [hostname, undefined]) {
      await withPostgres(db, (sql) => deleteRoute({ sql, caddy: own.caddy, workspace, project, hostname: host }));
    }
    expect(await origins()).toEqual([mine]);
  });

  it("is left as it was when Caddy does not answer", async () => {
    const project = uniqueProject();
    const caddy = { ...own.caddy, admin: "http://127.0.0.1:1" };
    const call = withPostgres(db, (sql) =>
      ensureRoute({ sql, caddy, workspace, project, kind: "static", siteRoot: "/srv" }),
    );
    await expect(call).rejects.toMatchObject({ code: "upstream_unreachable", retryable: true });
    expect(await recorded(`${project}.apps.localhost`)).toEqual([]);
  });

  it("survives a restart of Caddy", async () => {
    const project = uniqueProject();
    await ensure(project);
    await own.stop();
    await own.start();
    expect(await hostsOf()).toEqual([`${project}.apps.localhost`]);
    expect(await ensure(project)).toMatchObject({ status: "unchanged" });
  });
});
