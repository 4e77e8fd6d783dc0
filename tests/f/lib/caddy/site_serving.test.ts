import { describe, expect, it } from "vitest";
import { servedSite } from "../../../support/served_site.ts";

const { serve, write } = servedSite();

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
