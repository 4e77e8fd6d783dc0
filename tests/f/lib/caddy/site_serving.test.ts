import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { changeRoutes } from "../../../../f/lib/caddy/admin.ts";
import { caddyRoute } from "../../../../f/lib/caddy/route.ts";
import { type SiteSettings, siteSettings } from "../../../../f/lib/sites/settings.ts";
import { startCaddy, visit } from "../../../support/edge.ts";

const root = mkdtempSync(join(tmpdir(), "run8n-site-"));
const RELEASE = "0123456789abcdef";
let own: Awaited<ReturnType<typeof startCaddy>>;

beforeAll(async () => {
  own = await startCaddy();
  write("releases/new", {
    "index.html": "<h1>home</h1>",
    "about.html": "about",
    "404.html": "lost",
    "errors/none.html": "nothing here",
    "app.js": "app",
    "app.js.gz": gzipSync("app, compressed beforehand"),
    "app.js.zst": Buffer.from("28b52ffd0420190000617070f31a5a99", "hex"),
    "assets/file": "x",
  });
  write(`releases/${RELEASE}`, { "index.html": "<h1>preview</h1>", "only.js": "preview" });
  symlinkSync("releases/new", join(root, "current"));
});
afterAll(async () => {
  await own.remove();
  rmSync(root, { recursive: true, force: true });
});

function write(folder: string, files: Record<string, string | Buffer>) {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, folder, path)), { recursive: true });
    writeFileSync(join(root, folder, path), content);
  }
}

let projects = 0;
/** A route with these settings, on the site that all share. */
async function serve(settings: unknown = {}) {
  const project = `site${++projects}`;
  const host = `${project}.apps.localhost`;
  const spec = { kind: "static" as const, root, settings: siteSettings(settings) as SiteSettings };
  await changeRoutes(own.caddy, (routes) => [caddyRoute({ project, host }, spec, own.caddy), ...routes]);
  return { host, ask: (path: string, headers?: Record<string, string>) => visit(own.caddy, host, path, { headers }) };
}

describe("a file of a site", () => {
  it.each([
    ["gzip", "gzip"],
    ["zstd, gzip", "zstd"],
    ["br", undefined],
  ])("comes as it lies ready for a browser that takes %s", async (accepted, encoding) => {
    const { ask } = await serve();
    const { headers } = await ask("/app.js", { "accept-encoding": accepted });
    expect(headers["content-encoding"]).toBe(encoding);
    expect(headers["content-type"]).toBe("text/javascript; charset=utf-8");
    const again = await ask("/app.js", { "accept-encoding": accepted, "if-none-match": String(headers.etag) });
    expect(again).toMatchObject({ status: 304 });
  });

  it("has an ETag of its own in each form", async () => {
    const { ask } = await serve();
    const forms = await Promise.all(["gzip", "zstd", "br"].map((one) => ask("/app.js", { "accept-encoding": one })));
    expect(new Set(forms.map(({ headers }) => headers.etag)).size).toBe(3);
  });

  it.each([
    ["a.woff2", "font/woff2"],
    ["a.ttf", "font/ttf"],
    ["a.TXT", "text/plain; charset=utf-8"],
    ["site.webmanifest", "application/manifest+json"],
    ["a.js.map", "application/json"],
    ["a.mp4", "video/mp4"],
    ["favicon.ico", "image/x-icon"],
    ["a.svg", "image/svg+xml"],
    ["a.wasm", "application/wasm"],
    ["a.css", "text/css; charset=utf-8"],
  ])("named %s is %s", async (name, type) => {
    write("releases/new", { [name]: "x" });
    const { ask } = await serve();
    expect((await ask(`/${name}`)).headers["content-type"]).toBe(type);
  });

  it.each([
    ["/assets/app.4f3a2b1c.js", true],
    ["/assets/app-4f3a2b1c9d8e.min.js", true],
    ["/assets/index-BqT7kx9Z.js", true],
    ["/assets/style.4f3a2b1c.css.map", true],
    ["/_astro/page.Dx_yz.css", true],
    ["/_next/static/chunks/main.js", true],
    ["/_app/immutable/start.js", true],
    ["/fonts/own.woff2", true],
    ["/assets/app.js", false],
    ["/assets/app-settings.js", false],
    ["/assets/component-version2.js", false],
    ["/assets/photo-iPhone15.png", false],
    ["/assets/report-20240131.pdf", false],
    ["/assets/cafe-decade.js", false],
    ["/assets/jquery-3.6.0.min.js", false],
    ["/page.4f3a2b1c.html", false],
    ["/fonts/page.html", false],
  ])("named %s is kept for good: %s", async (path, immutable) => {
    write("releases/new", { [path.slice(1)]: "x" });
    const { ask } = await serve({ immutable: ["/fonts/*"] });
    expect((await ask(path)).headers["cache-control"]).toBe(
      immutable ? "public, max-age=31536000, immutable" : "no-cache",
    );
  });

  it("that is not there is not kept for good, whatever its name", async () => {
    const { ask } = await serve();
    expect(await ask("/assets/gone.4f3a2b1c.js")).toMatchObject({
      status: 404,
      body: "lost",
      headers: { "cache-control": "no-cache", "content-type": "text/html; charset=utf-8" },
    });
  });
});

describe("a site's settings", () => {
  it.each([
    ["/old", 308, "/new"],
    ["/OLD", 308, "/new"],
    ["/old?a=1&b=%2F", 308, "/new?a=1&b=%2F"],
    ["/about", 302, "https://example.com/"],
    ["/blog/", 308, "/news/"],
    ["/blog/a/b%20c?d=e", 308, "/news/a/b%20c?d=e"],
    ["/docs/a", 301, "https://docs.example.com/v2/a"],
    ["/all/x/y", 307, "/one"],
    ["/frag", 308, "/about#team"],
    ["/query?own=1", 308, "/search?q=x"],
    ["/fest/%C3%BC", 308, "/f%C3%AAte/%C3%BC"],
  ])("redirect %s with %i to %s", async (path, status, location) => {
    const { ask } = await serve({
      redirects: [
        { from: "/old", to: "/new" },
        { from: "/about", to: "https://example.com", status: 302 },
        { from: "/blog/*", to: "/news/*" },
        { from: "/docs/*", to: "https://docs.example.com/v2/*", status: 301 },
        { from: "/all/*", to: "/one", status: 307 },
        { from: "/frag", to: "/about#team" },
        { from: "/query", to: "/search?q=x" },
        { from: "/fest/*", to: "/fête/*" },
        { from: "/old", to: "/never" },
      ],
    });
    expect(await ask(path)).toMatchObject({ status, headers: { location } });
  });

  it.each([
    "/go//evil.example",
    "/go/%2Fevil.example",
    "/go/%5Cevil.example",
    "/go/\\evil.example",
    "/go/..//evil.example",
  ])("lead to no other host by %s", async (path) => {
    const { ask } = await serve({ redirects: [{ from: "/go/*", to: "/*" }] });
    const { status, headers } = await ask(path);
    if (status !== 404) expect(headers.location).toMatch(/^\/(?![/\\])/);
  });

  it("give headers to answers below a path, and to what is not found there", async () => {
    const { ask } = await serve({
      headers: [
        { path: "/*", set: { "Content-Security-Policy": "default-src 'self'", "Referrer-Policy": "no-referrer" } },
        { path: "/assets/*", set: { "Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=60" } },
      ],
    });
    expect((await ask("/")).headers).toMatchObject({
      "content-security-policy": "default-src 'self'",
      "referrer-policy": "no-referrer",
      "cache-control": "no-cache",
    });
    expect((await ask("/assets/file")).headers).toMatchObject({
      "access-control-allow-origin": "*",
      "cache-control": "max-age=60",
    });
    expect(await ask("/assets/none")).toMatchObject({
      status: 404,
      headers: { "content-security-policy": "default-src 'self'", "cache-control": "no-cache" },
    });
  });

  it.each([
    ["/", 200, "home"],
    ["/about", 200, "about"],
    ["/users/7/edit", 200, "home"],
    ["/users/7/", 200, "home"],
    ["/app.js", 200, "app"],
    ["/gone.js", 404, "lost"],
    ["/assets/gone.4f3a2b1c.css", 404, "lost"],
    ["/.env", 404, "lost"],
    ["/api/x", 502, "upstream_unreachable"],
  ])("let an app answer for its own paths: %s is %i", async (path, status, text) => {
    const { ask } = await serve({ spa: true });
    expect(await ask(path)).toMatchObject({ status, body: expect.stringContaining(text) });
  });

  it("let browsers keep an app's page as long as it is the same", async () => {
    const { ask } = await serve({ spa: true });
    const { headers } = await ask("/users/7");
    expect(headers).toMatchObject({ "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" });
    expect(await ask("/users/8", { "if-none-match": String(headers.etag) })).toMatchObject({ status: 304 });
  });

  it("name the page for what is not there", async () => {
    const { ask } = await serve({ notFound: "errors/none.html" });
    expect(await ask("/none")).toMatchObject({ status: 404, body: "nothing here" });
  });
});

describe("a preview", () => {
  it("shows its release, kept from search engines, with the site's own rules", async () => {
    const { host } = await serve({ redirects: [{ from: "/old", to: "/new" }] });
    const ask = (path: string) => visit(own.caddy, `${RELEASE}--${host}:${own.caddy.port}`, path);
    expect(await ask("/")).toMatchObject({
      status: 200,
      body: "<h1>preview</h1>",
      headers: { "x-robots-tag": "noindex", "cache-control": "no-cache" },
    });
    expect(await ask("/only.js")).toMatchObject({ status: 200, body: "preview" });
    expect(await ask("/about")).toMatchObject({ status: 404 });
    expect(await ask("/old")).toMatchObject({ status: 308 });
    expect((await visit(own.caddy, host)).headers).not.toHaveProperty("x-robots-tag");
  });

  it.each(["fedcba9876543210--", "--", "new--", "..--", "0123456789abcdef0--", "x--0123456789abcdef--"])(
    "is nothing under %s",
    async (prefix) => {
      const { host } = await serve();
      expect(await visit(own.caddy, `${prefix}${host}`)).toMatchObject({ status: 404 });
    },
  );
});

describe("a site that was closed", () => {
  it("says so, page and API, until it is opened again", async () => {
    const { host, ask } = await serve();
    writeFileSync(join(root, "gone"), "");
    for (const name of [host, `${RELEASE}--${host}`]) {
      expect(await visit(own.caddy, name, "/app.js")).toMatchObject({
        status: 410,
        headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
        body: expect.stringContaining("closed"),
      });
    }
    expect(await ask("/api/x")).toMatchObject({ status: 410, headers: { "content-type": "application/json" } });
    rmSync(join(root, "gone"));
    expect(await ask("/app.js")).toMatchObject({ status: 200 });
  });
});
