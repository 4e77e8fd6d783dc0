import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { IMPORTS } from "./conventions/imports.ts";
import { NAMES } from "./conventions/names.ts";
import { REPOSITORY } from "./conventions/repository.ts";
import { SCRIPTS } from "./conventions/scripts.ts";
import { SIZES } from "./conventions/sizes.ts";

const RULES = [...NAMES, ...IMPORTS, ...SIZES, ...SCRIPTS, ...REPOSITORY];

/** Every file that is committed, or would be. */
function repository(): Map<string, string> {
  const root = join(import.meta.dirname, "..");
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  const paths = listed
    .toString()
    .split("\0")
    .filter((path) => path && statSync(join(root, path), { throwIfNoEntry: false })?.isFile());
  return new Map(paths.sort().map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

describe("this repository", () => {
  const files = repository();
  it.each(RULES.map((rule) => [rule.says, rule] as const))("%s", (_, rule) => {
    expect(rule.check(files).map(({ file, why }) => `${file}: ${why}`)).toEqual([]);
  });
});

describe.each(RULES.map((rule) => [rule.says, rule] as const))("the rule: %s", (_, rule) => {
  it("is content where it is kept", () => {
    expect(rule.check(new Map(Object.entries(rule.kept)))).toEqual([]);
  });

  it.each(rule.broken)("reports $reports where it is broken", ({ files, reports }) => {
    const found = rule.check(new Map(Object.entries({ ...rule.kept, ...files })));
    expect(found.map(({ file }) => file)).toContain(reports);
  });
});
