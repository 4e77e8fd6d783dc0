import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { MANIFEST } from "../../f/lib/projects/manifest.ts";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => JSON.parse(readFileSync(join(root, file), "utf8"));
const schema = z.fromJSONSchema(read("schemas/project.schema.json"));

const shop = { name: "shop", template: "static" };

describe("the schema of run8n.json", () => {
  it.each([
    [shop, true],
    [{ ...shop, $schema: "../schemas/project.schema.json", site: "dist/site" }, true],
    [{ ...shop, name: "a1-b2-c3" }, true],
    [{ ...shop, name: "x".repeat(40) }, true],
    [{ ...shop, name: "x".repeat(41) }, false],
    [{ ...shop, name: "s" }, false],
    [{ ...shop, name: "Shop" }, false],
    [{ ...shop, name: "1shop" }, false],
    [{ ...shop, name: "shop-" }, false],
    [{ ...shop, name: "my--shop" }, false],
    [{ ...shop, name: "shop; drop" }, false],
    [{ ...shop, template: "" }, false],
    [{ ...shop, template: "../static" }, false],
    [{ ...shop, site: "" }, false],
    [{ ...shop, site: "/etc" }, false],
    [{ ...shop, site: "a/../../b" }, false],
    [{ ...shop, site: ".." }, false],
    [{ ...shop, site: "a..b" }, true],
    [{ ...shop, site: {} }, true],
    [{ ...shop, site: { folder: "dist", spa: true, notFound: "errors/404.html", immutable: ["/assets/*"] } }, true],
    [{ ...shop, site: { redirects: [{ from: "/über/*", to: "https://example.com/*", status: 302 }] } }, true],
    [{ ...shop, site: { headers: [{ path: "/*", set: { "X-Frame-Options": "DENY" } }] } }, true],
    [{ ...shop, site: { folder: "../secrets" } }, false],
    [{ ...shop, site: { spa: "yes" } }, false],
    [{ ...shop, site: { unknown: true } }, false],
    [{ ...shop, site: { notFound: "../404.html" } }, false],
    [{ ...shop, site: { notFound: "404" } }, false],
    [{ ...shop, site: { immutable: ["assets"] } }, false],
    [{ ...shop, site: { immutable: ["/{env.HOME}"] } }, false],
    [{ ...shop, site: { redirects: [{ from: "/a" }] } }, false],
    [{ ...shop, site: { redirects: [{ from: "/api/x", to: "/b" }] } }, false],
    [{ ...shop, site: { redirects: [{ from: "/a", to: "//evil.example" }] } }, false],
    [{ ...shop, site: { redirects: [{ from: "/a", to: "javascript:alert(1)" }] } }, false],
    [{ ...shop, site: { redirects: [{ from: "/a", to: "/b", status: 200 }] } }, false],
    [{ ...shop, site: { headers: [{ path: "/*", set: { "X-A": "{env.HOME}" } }] } }, false],
    [{ ...shop, site: { headers: [{ path: "/*", set: { "X-A": "a\r\nb" } }] } }, false],
    [{ ...shop, site: { headers: [{ path: "/*", set: { "X A": "b" } }] } }, false],
    [{ ...shop, sites: "site" }, false],
    [{ name: "shop" }, false],
    [{ template: "static" }, false],
    [[], false],
  ])("judges %j as the server does: %s", (manifest, valid) => {
    expect(schema.safeParse(manifest).success).toBe(valid);
    expect(MANIFEST.safeParse(manifest).success).toBe(valid);
  });

  it("accepts the manifest of every template, once it has a name", () => {
    const manifests = readdirSync(join(root, "templates"))
      .map((template) => `templates/${template}/run8n.json`)
      .filter((file) => existsSync(join(root, file)));
    for (const file of manifests) {
      const named = JSON.parse(JSON.stringify(read(file)).replaceAll("{{name}}", "shop"));
      expect(schema.safeParse(named), file).toMatchObject({ success: true });
    }
  });
});
