import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEdge } from "../../../../f/lib/caddy/admin.ts";
import { ensureRoute } from "../../../../f/lib/caddy/ensure.ts";
import { dropRoutes } from "../../../../f/lib/caddy/project_routes.ts";
import { reconcileRoutes } from "../../../../f/lib/caddy/reconcile.ts";
import { servedSettings } from "../../../../f/lib/caddy/served.ts";
import { openHost } from "../../../../f/lib/host/host.ts";
import { type Sql, withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { deploySite } from "../../../../f/lib/sites/deploy.ts";
import { deployFiles } from "../../../../f/lib/sites/deploy_files.ts";
import { rollbackSite } from "../../../../f/lib/sites/rollback.ts";
import type { SiteSettings } from "../../../../f/lib/sites/sites_settings.ts";
import { archiveOf } from "../../../support/archives.ts";
import { batchOf, listing } from "../../../support/batches.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { startCaddy, visit } from "../../../support/edge.ts";
import { testHosts } from "../../../support/hosts.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();
const [{ value }] = testHosts() as [ReturnType<typeof testHosts>[number]];
let own: Awaited<ReturnType<typeof startCaddy>>;
beforeAll(async () => {
  own = await startCaddy();
});
afterAll(() => own.remove());

type Ports = Parameters<typeof deployFiles>[0];
const on = async <T>(work: (ports: Pick<Ports, "sql" | "host" | "caddy">) => Promise<T>): Promise<T> => {
  const host = await openHost(value); // local: nothing to close
  return withPostgres(db, (sql: Sql) => work({ sql, host, caddy: own.caddy }));
};
const deploy = (project: string, text: string, settings: SiteSettings = {}) => {
  const files = { "index.html": text, "404.html": "lost" };
  return on((ports) =>
    deployFiles({ ...ports, project, batch: batchOf(listing(files, settings), Object.values(files)) }),
  );
};
const route = (project: string, hostname?: string) =>
  on(({ sql }) =>
    ensureRoute({
      ...{ sql, caddy: own.caddy, workspace: memoryWorkspace(), project, kind: "static" as const },
      ...{ siteRoot: value.root, ...(hostname ? { hostname } : {}) },
    }),
  );
const statusOf = async (host: string, path: string) => (await visit(own.caddy, host, path)).status;
const APP: SiteSettings = { spa: true, redirects: [{ from: "/old", to: "/new", status: 302 }] };

describe("a release's settings", () => {
  it("come and go with it, under every name of its project", async () => {
    const project = uniqueProject();
    const domain = `www.${project}.example.com`;
    await deploy(project, "one");
    const names = [(await route(project)).host, (await route(project, domain)).host];
    for (const name of names) expect(await statusOf(name, "/users/7")).toBe(404);
    const app = await deploy(project, "two", APP);
    expect(app).toMatchObject({ status: "updated" });
    for (const name of names)
      expect([await statusOf(name, "/users/7"), await statusOf(name, "/old")]).toEqual([200, 302]);
    await on((ports) => rollbackSite({ ...ports, project }));
    for (const name of names)
      expect([await statusOf(name, "/users/7"), await statusOf(name, "/old")]).toEqual([404, 404]);
    await on((ports) => rollbackSite({ ...ports, project, release: app.release }));
    for (const name of names) expect(await statusOf(name, "/users/7")).toBe(200);
  });

  it("are there for names that come later, and after the proxy has forgotten all", async () => {
    const project = uniqueProject();
    await deploy(project, "one", APP);
    const { host } = await route(project);
    expect(await statusOf(host, "/users/7")).toBe(200);
    await own.config("PATCH", "/apps/http/servers/run8n/routes", []);
    await on(({ sql, caddy }) => reconcileRoutes({ sql, caddy }));
    expect(await statusOf(host, "/users/7")).toBe(200);
    expect(await route(project)).toMatchObject({ status: "unchanged" });
  });

  it("make it another release, which shares all files with the first", async () => {
    const project = uniqueProject();
    await route(project);
    const plain = await deploy(project, "one");
    const app = await deploy(project, "one", APP);
    expect(app).toMatchObject({ status: "updated", previousRelease: plain.release });
    expect(await deploy(project, "one", APP)).toEqual({ ...app, status: "unchanged" });
  });

  it("stay for a site that is sent in one request", async () => {
    const project = uniqueProject();
    const { host } = await route(project);
    await deploy(project, "one", APP);
    await on((ports) => deploySite({ ...ports, project, archive: archiveOf({ "index.html": "two" }) }));
    expect((await visit(own.caddy, host, "/users/7")).body).toBe("two");
  });

  it("are put right by the next deploy when they got lost, and the proxy is left alone otherwise", async () => {
    const project = uniqueProject();
    const { host } = await route(project);
    await deploy(project, "one", APP);
    const before = await readEdge(own.caddy);
    await deploy(project, "two", APP);
    expect(await readEdge(own.caddy)).toEqual(before);
    await on(({ sql }) => sql.query("delete from run8n.site where project = $1", [project]));
    expect(await deploy(project, "two", APP)).toMatchObject({ status: "updated" });
    expect(await statusOf(host, "/users/7")).toBe(200);
  });

  it("leave apps, redirects and other projects alone, and go with the project", async () => {
    const [project, other] = [uniqueProject(), uniqueProject()];
    await deploy(other, "other");
    const neighbour = await route(other);
    const redirect = `www.${project}.example.org`;
    await on(({ sql }) =>
      ensureRoute({
        ...{ sql, caddy: own.caddy, workspace: memoryWorkspace(), project, hostname: redirect },
        ...{ kind: "redirect" as const, target: "https://example.com" },
      }),
    );
    await deploy(project, "one", APP);
    expect(await statusOf(redirect, "/users/7")).toBe(308);
    expect(await statusOf(neighbour.host, "/users/7")).toBe(404);
    await on(({ sql, caddy }) => dropRoutes({ sql, caddy }, project));
    expect(await on(({ sql }) => servedSettings(sql, project))).toEqual({});
  });

  it("show a release under its preview's name, whichever is the current one", async () => {
    const project = uniqueProject();
    await route(project);
    const one = await deploy(project, "one");
    await deploy(project, "two");
    const { previewUrl } = one as { previewUrl: string };
    expect(previewUrl).toBe(`http://${one.release}--${project}.apps.localhost:${own.caddy.port}`);
    expect((await visit(own.caddy, new URL(previewUrl).hostname)).body).toBe("one");
  });
});
