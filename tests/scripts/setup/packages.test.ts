import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { packagesAreFresh } from "../../../scripts/setup/packages.mjs";

type Entry = { version: string; integrity?: string; optional?: boolean };
const roots: string[] = [];

function checkout(wanted: Record<string, Entry>, installed?: Record<string, Entry> | string): string {
  const root = mkdtempSync(join(tmpdir(), "run8n-packages-"));
  roots.push(root);
  mkdirSync(join(root, "node_modules"));
  writeFileSync(join(root, "package-lock.json"), JSON.stringify({ packages: { "": {}, ...wanted } }));
  if (installed !== undefined)
    writeFileSync(
      join(root, "node_modules/.package-lock.json"),
      typeof installed === "string" ? installed : JSON.stringify({ packages: installed }),
    );
  return root;
}

afterAll(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true });
});

const pg = { version: "8.0.0", integrity: "sha512-a" };
const mac = { version: "1.0.0", optional: true };

describe("packagesAreFresh", () => {
  it.each([
    ["nothing is installed", checkout({ pg }), false],
    ["all is installed", checkout({ pg }, { pg }), true],
    ["a package is missing", checkout({ pg, zod: pg }, { pg }), false],
    ["a version differs", checkout({ pg }, { pg: { ...pg, version: "7.0.0" } }), false],
    ["the content differs", checkout({ pg }, { pg: { ...pg, integrity: "sha512-b" } }), false],
    ["a package of another platform is missing", checkout({ pg, mac }, { pg }), true],
    ["an installation was cut short", checkout({ pg }, '{"packages": {'), false],
    ["something more is installed", checkout({ pg }, { pg, extra: pg }), true],
  ])("when %s", (_, root, fresh) => {
    expect(packagesAreFresh(root)).toBe(fresh);
  });
});
