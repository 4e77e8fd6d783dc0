import { describe, expect, it } from "vitest";
import { robotsOf } from "../../../../f/lib/web/robots.ts";
import { pageLimit, parseSitemap, sitemapPages } from "../../../../f/lib/web/sitemap.ts";
import { testWeb } from "../../../support/web.ts";

const set = (...urls: string[]) =>
  `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${urls.map((url) => `<url><loc>${url}</loc></url>`).join("")}</urlset>`;
const index = (...urls: string[]) =>
  `<sitemapindex>${urls.map((url) => `<sitemap><loc>${url}</loc></sitemap>`).join("")}</sitemapindex>`;
const pages: Record<string, () => [number, string]> = {
  "/one.xml": () => [
    200,
    set(web.at("a.test", "/x"), web.at("a.test", "/y#part"), "https://other.example/z", "no address"),
  ],
  "/two.xml": () => [
    200,
    set(web.at("a.test", "/y#part"), ...Array.from({ length: 50 }, (_, at) => web.at("a.test", `/p${at}`))),
  ],
  "/index.xml": () => [200, index(web.at("a.test", "/one.xml"), web.at("a.test", "/two.xml"))],
  "/deep.xml": () => [200, index(web.at("a.test", "/index.xml"))],
  "/page.html": () => [200, "<html><p>hello"],
  "/robots.txt": () => [
    200,
    "User-agent: *\nDisallow: /private\nAllow: /private/open\n\nUser-agent: other\nDisallow: /",
  ],
};
const web = testWeb((request, answer) => {
  if (request.headers.host?.startsWith("busy")) return answer.writeHead(503).end();
  const bare = request.headers.host?.startsWith("bare");
  const [status, body] = (bare ? undefined : pages[request.url ?? ""]?.()) ?? [404, ""];
  answer.writeHead(status).end(body);
});

describe("sitemapPages", () => {
  const read = async (path: string, most = 1000) =>
    (await sitemapPages(web.open(), web.at("a.test", path), most)).map(({ url }) => new URL(url).pathname);

  it("takes pages of its own host, each once, also from the sitemaps that it names, and no more than asked", async () => {
    expect(await read("/one.xml")).toEqual(["/x", "/y"]);
    expect(await read("/index.xml")).toHaveLength(52);
    expect(await read("/index.xml", 5)).toEqual(["/x", "/y", "/p0", "/p1"]);
  });

  it.each(["/deep.xml", "/page.html", "/nowhere.xml"])("refuses %s", async (path) => {
    await expect(read(path)).rejects.toMatchObject({ code: "upstream_failed" });
  });
});

describe("parseSitemap", () => {
  it("reads addresses with entities, CDATA, dates and name spaces, and passes over the rest", () => {
    const xml = `<urlset xmlns:image="x"><url><loc> https://a.example/?a=1&amp;b=2 </loc><lastmod>2026-01-02</lastmod><image:image><image:loc>https://a.example/i.png</image:loc></image:image></url><url><loc><![CDATA[https://a.example/c]]></loc></url><url/></urlset>`;
    expect(parseSitemap(xml)).toEqual({
      kind: "urlset",
      entries: [{ url: "https://a.example/?a=1&b=2", lastModified: "2026-01-02" }, { url: "https://a.example/c" }],
    });
  });

  it("expands no entities of its own", () => {
    const bomb = `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]><urlset><url><loc>https://a.example/&a;&b;</loc></url></urlset>`;
    expect(parseSitemap(bomb).entries[0]?.url).toBe("https://a.example/&a;&b;");
  });
});

describe("robotsOf", () => {
  it("does what the host asks", async () => {
    const robots = await robotsOf(web.open(), web.at("a.test"));
    const allows = (path: string) => robots.allows(web.at("a.test", path));
    expect(["/", "/private/x", "/private/open"].map(allows)).toEqual([true, false, true]);
  });
  it("may read everything where nothing is said, and nothing while the host cannot say", async () => {
    const robots = async (host: string) => (await robotsOf(web.open(), web.at(host))).allows(web.at(host, "/private"));
    expect([await robots("bare.test"), await robots("busy.test")]).toEqual([true, false]);
  });
});

it.each([0, 1.5, 50_001, "many"])("refuses %j pages", (value) => {
  expect(() => pageLimit(value)).toThrow(/1 to 50,000/);
});
