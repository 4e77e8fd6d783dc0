import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeRoutes } from "../../../../f/lib/caddy/admin.ts";
import { caddyRoute } from "../../../../f/lib/caddy/route.ts";
import { startCaddy, startEcho, visit } from "../../../support/edge.ts";

const HOST = "shop.apps.localhost";
const root = mkdtempSync(join(tmpdir(), "run8n-site-"));
let own: Awaited<ReturnType<typeof startCaddy>>;
let windmill: Awaited<ReturnType<typeof startEcho>>;

beforeAll(async () => {
  [own, windmill] = await Promise.all([startCaddy(), startEcho()]);
  const route = caddyRoute(
    { project: "shop", host: HOST },
    { kind: "static", root },
    { ...own.caddy, windmill: windmill.address },
  );
  await changeRoutes(own.caddy, () => [route]);
  write("releases/new", {
    "index.html": `<h1>new</h1>${" ".repeat(2000)}`,
    "about.html": "about",
    "docs/index.html": "docs",
    "blog.html": "blog",
    "blog/post.html": "post",
    "app.js": "new",
    "a b ü*.txt": "odd name",
    ".env": "SECRET",
    ".git/config": "SECRET",
    ".well-known/security.txt": "contact",
  });
  write("recents/1/site", {
    "index.html": "old",
    "app.js": "old",
    "gone.js": "gone",
    "gone.html": "old page",
    "dir/index.html": "old page",
    logo: "x",
  });
  symlinkSync("releases/new", join(root, "current"));
  symlinkSync("recents/1", join(root, "recent"));
});
afterAll(async () => {
  await Promise.all([own.remove(), windmill.stop()]);
  rmSync(root, { recursive: true, force: true });
});

function write(folder: string, files: Record<string, string>) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, folder, path)), { recursive: true });
    writeFileSync(join(root, folder, path), text);
  }
}

describe("a static site", () => {
  it.each([
    ["/", 200, "<h1>new</h1>"],
    ["/about", 200, "about"],
    ["/about.html", 200, "about"],
    ["/docs/", 200, "docs"],
    ["/blog", 200, "blog"],
    ["/blog/post", 200, "post"],
    ["/app.js", 200, "new"],
    ["/a%20b%20%C3%BC*.txt", 200, "odd name"],
    ["/.well-known/security.txt", 200, "contact"],
    ["/nothing", 404, "Page not found"],
    ["/blog/", 404, "Page not found"],
    ["/a*", 404, "Page not found"],
    ["/.env", 404, "Page not found"],
    ["/%2eenv", 404, "Page not found"],
    ["/.git/config", 404, "Page not found"],
    ["/docs/../.git/config", 404, "Page not found"],
    ["/../../../../etc/passwd", 404, "Page not found"],
    ["/..%2f..%2f..%2f..%2fetc/passwd", 404, "Page not found"],
    ["/../recent/site/index.html", 404, "Page not found"],
  ])("answers %s with %i", async (path, status, text) => {
    const page = await visit(own.caddy, HOST, path);
    expect(page).toMatchObject({ status, body: expect.stringContaining(text) });
    expect(page.body).not.toContain("SECRET");
    expect(page.headers).toMatchObject({
      "cache-control": status === 200 ? "no-cache" : expect.stringMatching(/^no-/),
      "x-content-type-options": "nosniff",
      "referrer-policy": "strict-origin-when-cross-origin",
    });
    expect(page.headers).not.toHaveProperty("last-modified");
  });

  it("sends a folder without its slash to the folder", async () => {
    expect(await visit(own.caddy, HOST, "/docs")).toMatchObject({ status: 308, headers: { location: "/docs/" } });
  });

  it.each([
    ["/gone.js", 200, "gone"],
    ["/logo", 200, "x"],
    ["/gone.html", 404, "Page not found"],
    ["/gone", 404, "Page not found"],
    ["/dir/", 404, "Page not found"],
  ])(
    "looks for a missing asset, but for no page, among those of earlier releases: %s is %i",
    async (path, status, text) => {
      expect(await visit(own.caddy, HOST, path)).toMatchObject({ status, body: expect.stringContaining(text) });
    },
  );

  it("answers in full what comes from an earlier release, whatever a browser has of it", async () => {
    const { headers } = await visit(own.caddy, HOST, "/gone.js");
    const conditions: Record<string, string>[] = [{ "if-none-match": String(headers.etag) }, { range: "bytes=0-1" }];
    for (const condition of conditions) {
      expect(await visit(own.caddy, HOST, "/gone.js", { headers: condition })).toMatchObject({
        status: 200,
        body: "gone",
      });
    }
  });

  it("lets a browser keep what did not change", async () => {
    const { headers } = await visit(own.caddy, HOST, "/app.js");
    const again = await visit(own.caddy, HOST, "/app.js", { headers: { "if-none-match": String(headers.etag) } });
    expect(again).toMatchObject({ status: 304, body: "" });
  });

  it("compresses pages", async () => {
    const { headers } = await visit(own.caddy, HOST, "/", { headers: { "accept-encoding": "gzip" } });
    expect(headers).toMatchObject({ "content-encoding": "gzip", vary: "Accept-Encoding" });
    const zstd = await visit(own.caddy, HOST, "/", { headers: { "accept-encoding": "gzip, zstd" } });
    expect(zstd.headers["content-encoding"]).toBe("zstd");
  });

  it.each(["POST", "PUT", "DELETE", "OPTIONS"])("takes no %s", async (method) => {
    expect(await visit(own.caddy, HOST, "/", { method })).toMatchObject({ status: 405 });
  });

  it("shows its own page for what is not there, when it has one", async () => {
    write("releases/new", { "404.html": "<h1>lost</h1>" });
    expect(await visit(own.caddy, HOST, "/nothing")).toMatchObject({
      status: 404,
      body: "<h1>lost</h1>",
      headers: { "content-type": "text/html; charset=utf-8" },
    });
    rmSync(join(root, "releases/new/404.html"));
  });
});

describe("a site's API", () => {
  const ours = "/api/r/windmill_automations/apps/shop";
  const url = async (path: string) => JSON.parse((await visit(own.caddy, HOST, path)).body).url;

  it.each([
    ["/api/waitlist/signups", `${ours}/waitlist/signups`],
    ["/api/waitlist/signups?next=/api/x&y=%2F", `${ours}/waitlist/signups?next=/api/x&y=%2F`],
    ["/api/orders/a-b_c.d~e@f:g+h", `${ours}/orders/a-b_c.d~e@f:g+h`],
    ["/api/a/../b", `${ours}/b`],
    ["/api//a//b", `${ours}/a/b`],
    ["/api/a/%2e%2e/%2e%2e/api/c", `${ours}/c`],
    ["/api/a%2e%2e", `${ours}/a..`],
    ["/api/a%2Fb", `${ours}/a/b`],
    ["/api/a?x={env.HOME}", `${ours}/a?x={env.HOME}`],
  ])("is Windmill's: %s is %s", async (path, expected) => {
    expect(await url(path)).toBe(expected);
  });

  it.each([
    "/api",
    "/api/",
    "/api/a%3Fb=c",
    "/api/a%00",
    "/api/a%0d%0ax",
    "/api/{env.HOME}",
    "/api/;/..;/x",
    "/api/a%25%32%65",
    "/api/%C3%BC",
  ])("has no endpoint %s", async (path) => {
    expect(await visit(own.caddy, HOST, path)).toMatchObject({
      status: 404,
      headers: { "content-type": "application/json" },
      body: expect.stringContaining('"code":"not_found"'),
    });
  });

  it.each([
    "/api/../w/x/jobs/run",
    "/api/%2e%2e/%2e%2e/api/w/windmill_automations/jobs/run",
    "/api/..%2f..%2fapi/w/x",
    "/api/x/..%2f..%2f..%2fapi/w/windmill_automations/jobs/run/p/f/infra/x",
    "/api/x/../../../../../api/r/other/apps/x",
    "/API/../api/x/../../api/../api/w/y",
  ])("leads nowhere else in Windmill: %s", async (path) => {
    const { body } = await visit(own.caddy, HOST, path);
    const reached = body.startsWith("{") && (JSON.parse(body) as { url?: string }).url;
    expect(reached || `${ours}/`).toMatch(/^\/api\/r\/windmill_automations\/apps\/shop\/(?!.*\.\.)/);
  });

  it("hands over method, body and host, and who really asks", async () => {
    const headers = { "x-forwarded-for": "6.6.6.6", "content-type": "application/json", origin: "http://x" };
    const { body } = await visit(own.caddy, HOST, "/api/a", { method: "POST", headers, body: '{"a":1}' });
    expect(JSON.parse(body)).toMatchObject({
      method: "POST",
      size: 7,
      headers: { host: HOST, "x-forwarded-for": "127.0.0.1", "x-forwarded-host": HOST, origin: "http://x" },
    });
  });

  it("takes no body of 10 MB or more, whether its length is announced or not", async () => {
    const post = (headers: Record<string, string>, body?: Buffer) =>
      visit(own.caddy, HOST, "/api/a", { method: "POST", headers, body });
    expect(await post({ "content-length": "10000000" })).toMatchObject({
      status: 413,
      body: expect.stringContaining('"code":"too_large"'),
    });
    const cutOff = await post({ "transfer-encoding": "chunked" }, Buffer.alloc(10_000_001)).catch(() => undefined);
    expect(cutOff?.status).not.toBe(200);
    expect(JSON.parse((await post({}, Buffer.alloc(9_999_999))).body)).toMatchObject({ size: 9_999_999 });
  });

  it("says in JSON that Windmill does not answer", async () => {
    const down = caddyRoute({ project: "down", host: "down.apps.localhost" }, { kind: "static", root }, own.caddy);
    await changeRoutes(own.caddy, (routes) => [down, ...routes]);
    expect(await visit(own.caddy, "down.apps.localhost", "/api/a")).toMatchObject({
      status: 502,
      headers: { "content-type": "application/json" },
      body: expect.stringContaining('"code":"upstream_unreachable"'),
    });
    expect((await visit(own.caddy, "down.apps.localhost", "/")).status).toBe(200);
  });
});
