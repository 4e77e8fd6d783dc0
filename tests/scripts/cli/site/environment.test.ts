import { describe, expect, it } from "vitest";
import { environmentProject } from "../../../../f/lib/names.ts";
import { manifestOf } from "../../../../f/lib/projects/manifest.ts";
import { environmentOf, manifestFor, previewName, projectOf } from "../../../../scripts/cli/site/environment.ts";
import type { Windmill } from "../../../../scripts/cli/windmill.ts";

describe("the name of a branch's preview", () => {
  it.each([
    ["fix-42", "fix-42"],
    ["7", "7"],
    ["a".repeat(35), "a".repeat(35)],
  ])("is that of the branch where that can be one: %s", (branch, name) =>
    expect(previewName("shop", branch)).toBe(name),
  );

  it.each([
    ["feature/ABC", /^feature-abc-[0-9a-f]{6}$/],
    ["feature-ABC", /^feature-abc-[0-9a-f]{6}$/],
    ["Überarbeitung", /^berarbeitung-[0-9a-f]{6}$/],
    ["日本語", /^[0-9a-f]{6}$/],
    ["-x-", /^x-[0-9a-f]{6}$/],
    ["a--b", /^a-b-[0-9a-f]{6}$/],
    ["production", /^production-[0-9a-f]{6}$/],
    ["staging", /^staging-[0-9a-f]{6}$/],
    ["a".repeat(200), /^a{28}-[0-9a-f]{6}$/],
    [`${"a".repeat(27)}/${"b".repeat(90)}`, /^a{27}-[0-9a-f]{6}$/],
    ["$var:f/infra/x; drop", /^var-f-infra-x-drop-[0-9a-f]{6}$/],
  ])("is made of it, with a hash, where not: %s", (branch, name) => {
    expect(previewName("shop", branch)).toMatch(name);
    expect(environmentProject("shop", previewName("shop", branch)).length).toBeLessThanOrEqual(40);
  });

  it("tells branches apart that look alike, and is the same every time", () => {
    const alike = ["feature/abc", "feature-ABC", "feature.abc", "feature-abc"];
    expect(new Set(alike.map((branch) => previewName("shop", branch))).size).toBe(alike.length);
    expect(previewName("shop", "feature/abc")).toBe(previewName("shop", "feature/abc"));
  });

  it.each([
    ["a name that leaves no room", "a".repeat(34), "fix"],
    ["a branch without a name", "shop", " "],
  ])("cannot be found for %s", (_what, of, branch) => {
    expect(() => previewName(of, branch)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});

describe("the options", () => {
  it.each([
    [{}, "production"],
    [{ env: "staging" }, "staging"],
    [{ env: "fix-42" }, "fix-42"],
    [{ preview: "fix-42" }, "fix-42"],
    [{ env: "preview", branch: "fix-42" }, "fix-42"],
    [{ env: "preview", preview: "fix-42" }, "fix-42"],
  ])("%j mean %s", (given, environment) => expect(environmentOf("shop", given)).toBe(environment));

  it.each([{ env: "preview" }, { branch: "x" }, { env: "staging", preview: "x" }, { env: "Feature/X" }, { env: "" }])(
    "%j are used wrongly",
    (given) => {
      const hint = expect.stringMatching(/\w/);
      expect(() => environmentOf("shop", given)).toThrow(expect.objectContaining({ exitCode: 2, hint }));
    },
  );

  it("say how a preview is made, before what run8n.json says", () => {
    const manifest = manifestOf({ name: "shop", template: "static", environments: { preview: { days: 3 } } });
    expect(manifestFor(manifest, "fix", {})).toBe(manifest);
    expect(manifestFor(manifest, "fix", { copy: "data" }).environments.preview).toEqual({ copy: "data", days: 3 });
    for (const wrong of [{ copy: "all" }, { days: "0" }, { days: "91" }, { days: "soon" }])
      expect(() => manifestFor(manifest, "fix", wrong)).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(() => manifestFor(manifest, "staging", { copy: "data" })).toThrow(expect.objectContaining({ exitCode: 2 }));
  });
});

it("is not somebody else's environment, whose name on record is the same", async () => {
  const windmill = { run: async () => ({ environmentOf: "shop-x" }) } as unknown as Windmill;
  await expect(projectOf(windmill, "shop", "x-y")).rejects.toMatchObject({ details: { code: "conflict" } });
  expect(await projectOf(windmill, "shop-x", "y")).toBe("shop-x-y");
});
