import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { compare, mend, readTree, writeTree } from "../../../scripts/metadata/files.ts";

const folder = mkdtempSync(join(tmpdir(), "run8n-files-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("derived files", () => {
  it("are found missing, stale or orphaned, and mended", () => {
    const derived = new Map([
      ["f/a.lock", "new"],
      ["f/deep/b.lock", "b"],
      ["f/same.lock", "same"],
    ]);
    const disk = { "f/a.lock": "old", "f/same.lock": "same", "f/gone.lock": "x", "f/source.ts": "kept" };
    writeTree(folder, new Map(Object.entries(disk)));

    const stale = compare(readTree(folder, ["f"]), derived, (path) => path.endsWith(".lock"));
    expect(stale).toEqual([
      { file: "f/a.lock", state: "stale" },
      { file: "f/deep/b.lock", state: "missing" },
      { file: "f/gone.lock", state: "orphaned" },
    ]);

    mend(folder, derived, stale);
    expect(readTree(folder, ["f"])).toEqual(new Map([...derived, ["f/source.ts", "kept"]]));
    expect(existsSync(join(folder, "f/gone.lock"))).toBe(false);
    expect(readFileSync(join(folder, "f/a.lock"), "utf8")).toBe("new");
  });

  it("are read from files and folders alike; what does not exist is nothing", () => {
    writeTree(folder, new Map([["one.yaml", "1"]]));
    expect(readTree(folder, ["one.yaml", "none.yaml", "none"])).toEqual(new Map([["one.yaml", "1"]]));
  });
});
