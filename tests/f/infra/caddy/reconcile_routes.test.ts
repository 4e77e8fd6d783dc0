import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { main as ensureRoute } from "../../../../f/infra/caddy/ensure_route.ts";
import { main as listRoutes } from "../../../../f/infra/caddy/list_routes.ts";
import { main as reconcileRoutes } from "../../../../f/infra/caddy/reconcile_routes.ts";
import { type CaddyRoute, ownRoute } from "../../../../f/lib/caddy/route.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { startCaddy } from "../../../support/edge.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";

const db = testDatabase();
jobsEngine(); // domains from elsewhere are noted in Windmill
const { ssh } = inject("services");
const ROUTES = "/apps/http/servers/run8n/routes";
const [shop, cafe] = [uniqueProject("a"), uniqueProject("b")];
const hosts = [`${shop}.apps.localhost`, `${cafe}.apps.localhost`, `www.${cafe}.example.com`] as const;

let own: Awaited<ReturnType<typeof startCaddy>>;
beforeAll(async () => {
  own = await startCaddy();
  const { caddy } = own;
  await ensureRoute(shop, "static", undefined, undefined, undefined, undefined, {}, caddy, db, ssh);
  await ensureRoute(cafe, "proxy", undefined, "127.0.0.1:3000", undefined, undefined, {}, caddy, db, ssh);
  await ensureRoute(cafe, "redirect", hosts[2], undefined, "https://example.com", undefined, {}, caddy, db, ssh);
});
afterAll(() => own.remove());

const reconcile = () => reconcileRoutes(own.caddy, db);
const nothing = {
  routes: 3,
  restored: [],
  updated: [],
  conflicts: [],
  unrecorded: [],
  certificates: false,
  status: "unchanged",
};

describe("reconcile_routes", () => {
  it("changes nothing when every route runs", async () => {
    const before = await own.config("GET", "/");
    expect(await reconcile()).toEqual(nothing);
    expect(await own.config("GET", "/")).toEqual(before);
  });

  it("rebuilds all routes after the configuration was lost", async () => {
    const before = (await listRoutes(undefined, own.caddy)).items;
    const { value } = await own.config("GET", ROUTES);
    await own.config("PATCH", ROUTES, []);
    expect(await reconcile()).toEqual({ ...nothing, restored: [...hosts], status: "updated" });
    expect((await listRoutes(undefined, own.caddy)).items).toEqual(before);
    const rebuilt = (await own.config("GET", ROUTES)).value as unknown[];
    expect(rebuilt).toHaveLength(4); // one of them serves all sites
    expect(rebuilt).toEqual(expect.arrayContaining(value as unknown[]));
  });

  it("puts right what was changed or doubled, and leaves other routes alone", async () => {
    const routes = (await own.config("GET", ROUTES)).value as { "@id": string }[];
    const at = (host: string) => routes.find((route) => route["@id"].endsWith(`:${host}`));
    const foreign = { match: [{ host: ["windmill.example.com"] }] };
    const unknown = {
      ...{ "@id": "run8n:gone:redirect:gone.apps.localhost", group: "run8n" },
      match: [{ host: ["gone.apps.localhost"] }],
    };
    await own.config("PATCH", ROUTES, [foreign, { ...at(hosts[0]), handle: [] }, at(hosts[1]), unknown, at(hosts[2])]);
    const expected = { ...nothing, updated: [hosts[0]], unrecorded: ["gone.apps.localhost"], status: "updated" };
    expect(await reconcile()).toEqual(expected);
    expect((await own.config("GET", ROUTES)).value).toEqual([
      at(hosts[0]),
      at(hosts[1]),
      unknown,
      at(hosts[2]),
      at("sites"),
      foreign,
    ]);
    await own.config("PATCH", ROUTES, routes);
  });

  it("writes anew what an older run8n wrote, and what serves all sites when that is gone", async () => {
    const routes = (await own.config("GET", ROUTES)).value as CaddyRoute[];
    const [shops, serving] = [routes.find((route) => ownRoute(route)?.host === hosts[0]), routes.at(-1)];
    const old = { ...shops, group: undefined, handle: [shops?.handle, serving?.handle].flat(), terminal: true };
    const others = routes.filter((route) => route !== shops && route !== serving);
    for (const outdated of [
      [...others, old],
      [shops, ...others],
    ]) {
      await own.config("PATCH", ROUTES, outdated);
      expect(await reconcile()).toEqual({ ...nothing, updated: [hosts[0]], status: "updated" });
      expect(await reconcile()).toEqual(nothing);
      expect((await own.config("GET", ROUTES)).value).toEqual([shops, ...others, serving]);
    }
    await own.config("PATCH", ROUTES, routes);
  });

  it("leaves a host alone that the server answers for by now", async () => {
    const routes = (await own.config("GET", ROUTES)).value as { "@id": string }[];
    const foreign = { match: [{ host: [hosts[2]] }] };
    await own.config("PATCH", ROUTES, [foreign]);
    expect(await reconcile()).toEqual({
      ...nothing,
      restored: [hosts[0], hosts[1]],
      conflicts: [hosts[2]],
      status: "updated",
    });
    expect((await own.config("GET", ROUTES)).value).toContainEqual(foreign);
    await own.config("PATCH", ROUTES, routes);
  });

  it("keeps the record to itself while it works", async () => {
    await Promise.all([reconcile(), reconcile(), reconcile()]);
    const { rows } = await withPostgres(db, (sql) => sql.query("select host from run8n.route order by host"));
    expect(rows.map(({ host }) => host)).toEqual([...hosts]);
  });
});
