import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { siteOf } from "../../../../f/lib/sites/section.ts";
import { readManifest } from "../../../../scripts/cli/site/manifest.ts";

const dir = mkdtempSync(join(tmpdir(), "run8n-manifest-"));
afterAll(() => rmSync(dir, { recursive: true }));
const read = (content: unknown) => {
  writeFileSync(join(dir, "run8n.json"), typeof content === "string" ? content : JSON.stringify(content));
  return readManifest(dir);
};

describe("readManifest", () => {
  it("reads a project's manifest and knows where its site usually is", () => {
    expect(read({ name: "shop", template: "static" })).toMatchObject({
      name: "shop",
      template: "static",
      site: "site",
    });
    expect(read({ name: "shop", template: "static", site: "dist/public" }).site).toBe("dist/public");
  });

  it("knows how a site is served", () => {
    const site = { folder: "dist", spa: true };
    expect(siteOf(read({ name: "shop", template: "static", site }))).toEqual({
      folder: "dist",
      settings: { spa: true },
    });
    expect(siteOf(read({ name: "shop", template: "static" }))).toEqual({ folder: "site", settings: {} });
    expect(() => read({ name: "shop", template: "static", site: { redirects: [{ from: "/a", to: "b" }] } })).toThrow(
      'redirects[0].to must be a path that begins with one "/"',
    );
  });

  it.each([
    ["is not JSON", "{", "not JSON"],
    ["is a list", [], "not as it should be"],
    ["lacks a name", { template: "static" }, "name"],
    ["has a name the server would refuse", { name: "Shop", template: "static" }, "name"],
    ["has a reserved name", { name: "postgres", template: "static" }, "name"],
    ["has an unknown key", { name: "shop", template: "static", sites: "x" }, "sites"],
    ["points above itself", { name: "shop", template: "static", site: "../secrets" }, "below this one"],
    ["points above itself half-way", { name: "shop", template: "static", site: "a/../../b" }, "below this one"],
    ["points elsewhere", { name: "shop", template: "static", site: "/etc" }, "below this one"],
    ["has a template with a path", { name: "shop", template: "../x" }, "template"],
  ])("refuses one that %s", (_, content, said) => {
    expect(() => read(content)).toThrow(said);
  });

  it("says where there is none", () => {
    expect(() => readManifest(tmpdir())).toThrow("no run8n.json");
  });
});
