import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeRoutes, readEdge } from "../../../../f/lib/caddy/admin.ts";
import { type Running, startServer } from "../../../../scripts/stack/process.ts";
import { startCaddy } from "../../../support/edge.ts";
import { unixCaddy } from "../../../support/unix_caddy.ts";

let own: Awaited<ReturnType<typeof startCaddy>>;
beforeAll(async () => {
  own = await startCaddy();
});
afterAll(() => own.remove());

const route = (host: string) => ({ match: [{ host: [host] }], handle: [] });

describe("Caddy's configuration", () => {
  it("is changed where it has routes and where it has none yet", async () => {
    await own.config("DELETE", "/apps/http/servers/run8n/routes");
    for (const host of ["a.example.com", "b.example.com"]) {
      const edge = await changeRoutes(own.caddy, (routes) => [...routes, route(host)]);
      expect(edge.servers.run8n?.routes).toContainEqual(route(host));
    }
    await own.config("PATCH", "/apps/http/servers/run8n/routes", null);
    await changeRoutes(own.caddy, (routes) => [...routes, route("c.example.com")]);
    expect((await readEdge(own.caddy)).servers.run8n?.routes).toEqual([route("c.example.com")]);
  });

  it("is looked at again when somebody else was faster", async () => {
    const outdated = await readEdge(own.caddy);
    await changeRoutes(own.caddy, (routes) => [...routes, route("fast.example.com")]);
    let asked = 0;
    const edge = await changeRoutes(own.caddy, (routes, seen) => {
      if (++asked === 1) seen.etag = outdated.etag;
      return [...(asked === 1 ? [] : routes), route("slow.example.com")];
    });
    expect(asked).toBe(2);
    expect(edge.servers.run8n?.routes).toContainEqual(route("fast.example.com"));
    expect(edge.servers.run8n?.routes).toContainEqual(route("slow.example.com"));
  });

  it("is given up when somebody else is always faster", async () => {
    const { servers } = await readEdge(own.caddy);
    const call = changeRoutes(own.caddy, (routes, seen) => {
      seen.etag = '"/config/apps/http/servers 0"';
      return [...routes, route("never.example.com")];
    });
    await expect(call).rejects.toMatchObject({ code: "upstream_failed", retryable: true });
    expect((await readEdge(own.caddy)).servers).toEqual(servers);
  });

  it("is not ours to change when our server is not in it", async () => {
    await expect(readEdge({ ...own.caddy, server: "nope" })).rejects.toMatchObject({
      code: "upstream_failed",
      message: expect.stringContaining("nope"),
    });
  });

  it.each([
    ["an address without a scheme", { admin: "127.0.0.1:2019" }],
    ["https", { admin: "https://127.0.0.1:2019" }],
    ["a login", { admin: "http://user:secret@127.0.0.1:2019" }],
    ["a path", { admin: "http://127.0.0.1:2019/config" }],
    ["a relative socket", { admin: "unix://run/caddy.sock" }],
    ["a server that is a path", { server: "run8n/../../admin" }],
  ])("is not looked for with %s", async (_, change) => {
    await expect(readEdge({ ...own.caddy, ...change })).rejects.toMatchObject({
      code: "invalid_input",
      details: { argument: "caddy" },
    });
  });

  it("is not opened to a caller under a name that Caddy does not know", async () => {
    const admin = own.caddy.admin.replace("127.0.0.1", "127.0.0.2");
    await expect(readEdge({ ...own.caddy, admin })).rejects.toMatchObject({ status: 502 });
  });
});

describe.each([
  ["the names it allows", ["localhost"]],
  ["no names", undefined],
])("a Caddy whose admin API is a unix socket with %s", (_, origins) => {
  const dir = mkdtempSync(join(tmpdir(), "run8n-unix-"));
  let running: Running;
  beforeAll(async () => {
    running = await startServer(await unixCaddy(dir, origins), dir);
  });
  afterAll(async () => {
    await running.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it("is changed like any other", async () => {
    const caddy = { ...own.caddy, admin: `unix://${join(dir, "admin.sock")}` };
    await changeRoutes(caddy, (routes) => [...routes, route("a.example.com")]);
    expect((await readEdge(caddy)).servers.run8n?.routes).toEqual([route("a.example.com")]);
  });
});
