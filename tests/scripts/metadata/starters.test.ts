import { describe, expect, it } from "vitest";
import { isStarter, starterLibraries, starterPath } from "../../../scripts/metadata/starters.ts";

const site = new Map([
  ["templates/static/site/index.html", '<p class="a">\n`$` \\ é</p>\n'],
  ["templates/static/site/assets/app.js", "export {};\n"],
  ["templates/static/README.md", "not part of the site"],
  ["templates/online-shop/site/index.html", "shop"],
]);

/** What `import { files }` gives. */
async function load(library: string): Promise<Record<string, string>> {
  const code = library.replace(": Record<string, string>", "");
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)).files;
}

describe("starter libraries", () => {
  it("give back every text of a template's site, character for character", async () => {
    const { files, problems } = starterLibraries(site);
    expect(problems).toEqual([]);
    expect([...files.keys()]).toEqual([starterPath("static"), "f/lib/sites/starters/online_shop.ts"]);
    expect(await load(files.get(starterPath("static")) ?? "")).toEqual({
      "index.html": site.get("templates/static/site/index.html"),
      "assets/app.js": "export {};\n",
    });
  });

  it("keep one line per file, so that a change of a template is a small diff", () => {
    const library = starterLibraries(site).files.get(starterPath("static")) ?? "";
    expect(library.split("\n").filter((line) => line.startsWith('  "'))).toHaveLength(2);
  });

  it("refuse what is no text, by name", () => {
    const { problems } = starterLibraries(new Map([["templates/static/site/logo.png", "\uFFFDPNG"]]));
    expect(problems).toMatchObject([{ file: "templates/static/site/logo.png" }]);
  });

  it("live where nothing else does", () => {
    expect(isStarter(starterPath("static"))).toBe(true);
    expect(isStarter("f/lib/sites/deploy.ts")).toBe(false);
  });
});
