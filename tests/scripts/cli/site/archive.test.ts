import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import tar from "tar-stream";
import { afterAll, describe, expect, it } from "vitest";
import { packSite } from "../../../../scripts/cli/site/archive.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function site(files: Record<string, string>): string {
  const dir = mkdtempSync(join(tmpdir(), "run8n-site-"));
  folders.push(dir);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
  }
  return dir;
}

async function namesIn(bytes: Uint8Array): Promise<string[]> {
  const extract = tar.extract();
  Readable.from([gunzipSync(bytes)]).pipe(extract);
  const names: string[] = [];
  for await (const entry of extract) {
    names.push(entry.header.name);
    entry.resume();
  }
  return names;
}

describe("packSite", () => {
  it("takes what belongs to a site and leaves the rest", async () => {
    const dir = site({
      "index.html": "x",
      "b/a.css": "x",
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
    const { bytes, files } = await packSite(dir);
    expect(await namesIn(bytes)).toEqual([
      ".well-known/security.txt",
      "B.txt",
      "b/a.css",
      "index.html",
      "uml\u00e4ut.html",
    ]);
    expect(files).toBe(5);
  });

  it("packs the same files to the same bytes, whenever and wherever", async () => {
    const first = site({ "a.html": "a", "b/c.css": "c" });
    const second = site({ "b/c.css": "c", "a.html": "a" });
    utimesSync(join(second, "a.html"), 1, 1);
    expect((await packSite(second)).bytes).toEqual((await packSite(first)).bytes);
    expect((await packSite(site({ "a.html": "A", "b/c.css": "c" }))).bytes).not.toEqual((await packSite(first)).bytes);
  });

  it.each([
    ["nothing to publish", () => site({ ".env": "x" }), "no files"],
    ["no such folder", () => "/nonexistent/site", "does not exist"],
  ])("refuses %s", async (_, dir, said) => {
    await expect(packSite(dir())).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining(said) });
  });
});
