import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeRoutes, readEdge } from "../../../../f/lib/caddy/admin.ts";
import { arranged, isArranged } from "../../../../f/lib/caddy/arrange.ts";
import { type CaddyRoute, caddyRoute, type RouteSpec } from "../../../../f/lib/caddy/route.ts";
import { servingRoute } from "../../../../f/lib/caddy/site_serving.ts";
import { startCaddy, visit } from "../../../support/edge.ts";

const ROUTES = "/apps/http/servers/run8n/routes";
const root = mkdtempSync(join(tmpdir(), "run8n-arrange-"));
let own: Awaited<ReturnType<typeof startCaddy>>;
beforeAll(async () => {
  own = await startCaddy();
  for (const project of ["shop", "cafe"]) {
    mkdirSync(join(root, project, "release"), { recursive: true });
    writeFileSync(join(root, project, "release/index.html"), `<h1>${project}</h1>`);
    symlinkSync("release", join(root, project, "current"));
  }
});
afterAll(async () => {
  await own.remove();
  rmSync(root, { recursive: true, force: true });
});

const proxy: RouteSpec = { kind: "proxy", upstream: "http://127.0.0.1:9" };
const routeOf = (project: string, host: string, spec: RouteSpec = { kind: "static", root: join(root, project) }) =>
  caddyRoute({ project, host }, spec, own.caddy);
const site = (project: string) => routeOf(project, `${project}.apps.localhost`);
/** As an older run8n wrote it: a route that knows by itself how its site is served. */
const oldSite = (project: string): CaddyRoute => {
  const { group: _, ...route } = site(project);
  return { ...route, handle: [...(route.handle ?? []), ...(servingRoute().handle ?? [])], terminal: true };
};
const everything: CaddyRoute = { handle: [{ handler: "static_response", body: "everything" }], terminal: true };
const running = async () => (await readEdge(own.caddy)).servers.run8n?.routes ?? [];
const shows = async (project: string) => (await visit(own.caddy, `${project}.apps.localhost`)).body;

describe("the routes of a server", () => {
  it("say once how sites are served, however many there are", async () => {
    const serving = servingRoute();
    expect(arranged([site("shop"), everything, site("cafe")])).toEqual([
      ...[site("shop"), site("cafe"), serving, everything],
    ]);
    expect(arranged([site("shop"), serving, serving])).toEqual([site("shop"), serving]);
    expect(JSON.stringify(site("shop")).length).toBeLessThan(600);
  });

  it("say nothing of it when there is no site", () => {
    expect(arranged([servingRoute(), everything])).toEqual([everything]);
  });

  it("keep what somebody has put in front of all of ours", () => {
    const routes = [everything, site("shop"), servingRoute()];
    expect(arranged(routes)).toEqual(routes);
    expect(isArranged(routes)).toBe(true);
  });

  it("lead a site to its own files, whatever stands beside it", async () => {
    const wildcard = routeOf("cafe", "*.apps.localhost", proxy);
    await changeRoutes(own.caddy, () => [site("shop"), everything, site("cafe"), wildcard]);
    expect([await shows("shop"), await shows("cafe")]).toEqual(["<h1>shop</h1>", "<h1>cafe</h1>"]);
    expect((await visit(own.caddy, "other.apps.localhost")).status).toBe(502);
    expect(await visit(own.caddy, "other.example.com")).toMatchObject({ body: "everything" });
  });

  it("are made whole by the next change of any of them", async () => {
    await own.config("PATCH", ROUTES, [site("shop")]);
    expect(isArranged(await running())).toBe(false);
    await changeRoutes(own.caddy, () => undefined);
    expect(await running()).toEqual([site("shop"), servingRoute()]);
    await changeRoutes(own.caddy, () => []);
    expect(await running()).toEqual([]);
  });

  it("of an older run8n go on beside newer ones, and are replaced without a visitor noticing", async () => {
    await own.config("PATCH", ROUTES, [oldSite("shop"), oldSite("cafe")]);
    let reading = true;
    const failed: string[] = [];
    let loads = 0;
    const reader = async (project: string) => {
      while (reading) {
        // A connection that opens while Caddy changes its configuration may be reset; browsers then ask once more.
        const body = await shows(project).catch(() => shows(project).catch(String));
        loads++;
        if (body !== `<h1>${project}</h1>`) failed.push(body);
      }
    };
    const readers = Promise.all([reader("shop"), reader("cafe")]);
    for (const [one, other] of [
      [site("shop"), oldSite("cafe")],
      [site("shop"), site("cafe")],
      [oldSite("shop"), site("cafe")],
      [oldSite("shop"), oldSite("cafe")],
    ] as const) {
      const before = loads;
      await changeRoutes(own.caddy, () => [one, other]);
      while (loads < before + 10) await shows("cafe").catch(() => undefined);
    }
    reading = false;
    await readers;
    expect(failed).toEqual([]);
  });
});
