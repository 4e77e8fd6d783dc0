import { describe, expect, it } from "vitest";
import { visit } from "../../../support/edge.ts";
import { RELEASE, servedSite } from "../../../support/served_site.ts";

const { serve } = servedSite();

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
    const { host, caddy } = await serve({ redirects: [{ from: "/old", to: "/new" }] });
    const ask = (path: string) => visit(caddy, `${RELEASE}--${host}:${caddy.port}`, path);
    expect(await ask("/")).toMatchObject({
      status: 200,
      body: "<h1>preview</h1>",
      headers: { "x-robots-tag": "noindex", "cache-control": "no-cache" },
    });
    expect(await ask("/only.js")).toMatchObject({ status: 200, body: "preview" });
    expect(await ask("/about")).toMatchObject({ status: 404 });
    expect(await ask("/old")).toMatchObject({ status: 308 });
    expect((await visit(caddy, host)).headers).not.toHaveProperty("x-robots-tag");
  });

  it.each(["fedcba9876543210--", "--", "new--", "..--", "0123456789abcdef0--", "x--0123456789abcdef--"])(
    "is nothing under %s",
    async (prefix) => {
      const { host, caddy } = await serve();
      expect(await visit(caddy, `${prefix}${host}`)).toMatchObject({ status: 404 });
    },
  );
});

describe("a site that was closed", () => {
  it("says so under every name, also those of its previews", async () => {
    const { host, caddy, close } = await serve();
    await close();
    for (const name of [host, `${RELEASE}--${host}`]) {
      expect(await visit(caddy, name, "/app.js")).toMatchObject({ status: 410 });
    }
  });
});
