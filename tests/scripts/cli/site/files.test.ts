import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readBatch } from "../../../../f/lib/sites/batch.ts";
import { sha256 } from "../../../../f/lib/sites/listing.ts";
import { batchesOf } from "../../../../scripts/cli/site/batches.ts";
import { readSite } from "../../../../scripts/cli/site/files.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function folder(files: Record<string, string | Buffer>): string {
  const dir = mkdtempSync(join(tmpdir(), "run8n-site-"));
  folders.push(dir);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

describe("the site in a folder", () => {
  it("is what belongs to a site, and nothing else", () => {
    const dir = folder({
      "index.html": "x",
      "b/a.css": "xy",
      "B.txt": "x",
      ".well-known/security.txt": "x",
      ".env": "SECRET=1",
      ".git/config": "x",
      "b/.DS_Store": "x",
      "node_modules/x/index.js": "x",
      "b/node_modules/x.js": "x",
      "uml\u00e4ut.html": "x",
    });
    symlinkSync("/etc/passwd", join(dir, "passwd"));
    const { listing, sizeBytes } = readSite(dir, { spa: true });
    expect(listing.entries.map(({ path }) => path)).toEqual([
      ".well-known/security.txt",
      "B.txt",
      "b/a.css",
      "index.html",
      "uml\u00e4ut.html",
    ]);
    expect(listing.entries[2]).toEqual({ path: "b/a.css", sha256: sha256("xy"), sizeBytes: 2 });
    expect(listing.settings).toEqual({ spa: true });
    expect(sizeBytes).toBe(6);
  });

  it.each([
    ["nothing to publish", () => folder({ ".env": "x" }), "no files"],
    ["no such folder", () => "/nonexistent/site", "does not exist"],
  ])("is refused when there is %s", (_, dir, said) => {
    expect(() => readSite(dir(), {})).toThrow(
      expect.objectContaining({ exitCode: 2, message: expect.stringContaining(said) }),
    );
  });
});

describe("the uploads of a site", () => {
  const all = async (dir: string, wanted: string[]) => {
    const batches = [];
    for await (const batch of batchesOf(readSite(dir, {}), wanted)) batches.push(batch);
    return batches;
  };
  const read = ({ bytes }: { bytes: Uint8Array }) => readBatch(Buffer.from(bytes).toString("base64"));

  it("hold what was asked for, as the server reads it", async () => {
    const files = { "index.html": "<p>hi</p>".repeat(500), "copy.html": "<p>hi</p>".repeat(500), "a.png": "png" };
    const dir = folder({ ...files, "b.js": "not asked for" });
    const [batch, ...others] = await all(dir, [sha256(files["index.html"]), sha256("png")]);
    expect(others).toEqual([]);
    expect(batch?.files).toBe(2);
    const { listing, contents } = await read(batch as { bytes: Uint8Array });
    expect(listing.entries).toHaveLength(4);
    expect([...contents.keys()].sort()).toEqual([sha256(files["index.html"]), sha256("png")].sort());
  });

  it("are several when there is much to send, and one when there is nothing", async () => {
    const large = Object.fromEntries(
      Array.from({ length: 5 }, (_, n) => [`${n}.bin`, Buffer.alloc(5 * 1024 * 1024, n + 1)]),
    );
    const dir = folder({ "index.html": "x", ...large });
    const batches = await all(dir, Object.values(large).map(sha256));
    expect(batches.length).toBeGreaterThan(1);
    expect(batches.reduce((sum, { files }) => sum + files, 0)).toBe(5);
    const empty = await all(dir, []);
    expect(empty).toHaveLength(1);
    expect((await read(empty[0] as { bytes: Uint8Array })).contents.size).toBe(0);
  });

  it("are refused for a content that the site does not have", async () => {
    await expect(all(folder({ "index.html": "x" }), [sha256("other")])).rejects.toThrow("does not have");
  });
});
