import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { main as listRoutes } from "../../../../f/infra/caddy/list_routes.ts";
import { changeRoutes } from "../../../../f/lib/caddy/admin.ts";
import { startCaddy } from "../../../support/edge.ts";

let own: Awaited<ReturnType<typeof startCaddy>>;
beforeAll(async () => {
  own = await startCaddy();
});
afterAll(() => own.remove());

describe("list_routes", () => {
  it("lists what Caddy runs for projects, sorted by host, and nothing of others", async () => {
    expect(await listRoutes(undefined, own.caddy)).toEqual({ items: [] });
    const route = (id: string | undefined, host: string) => ({
      ...(id ? { "@id": id } : {}),
      match: [{ host: [host] }],
    });
    await changeRoutes(own.caddy, () => [
      route("run8n:shop:static:shop.apps.localhost", "shop.apps.localhost"),
      route(undefined, "windmill.example.com"),
      route("somebody-else", "other.example.com"),
      route("run8n:cafe:proxy:cafe.apps.localhost", "cafe.apps.localhost"),
    ]);
    const at = (host: string) => `http://${host}:${own.caddy.port}`;
    const cafe = { project: "cafe", kind: "proxy", host: "cafe.apps.localhost", url: at("cafe.apps.localhost") };
    const shop = { project: "shop", kind: "static", host: "shop.apps.localhost", url: at("shop.apps.localhost") };
    expect(await listRoutes(undefined, own.caddy)).toEqual({ items: [cafe, shop] });
    expect(await listRoutes("shop", own.caddy)).toEqual({ items: [shop] });
    expect(await listRoutes(null as unknown as undefined, own.caddy)).toEqual({ items: [cafe, shop] });
  });

  it.each(["", "Shop", "../x", "$res:f/infra/postgres"])("refuses %j as a project", async (project) => {
    await expect(listRoutes(project, inject("services").caddy)).rejects.toMatchObject({ status: 400 });
  });
});
