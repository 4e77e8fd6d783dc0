import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readBatch } from "../../../../f/lib/sites/batch.ts";
import { SITE_LIMITS } from "../../../../f/lib/sites/limits.ts";
import { sha256 } from "../../../../f/lib/sites/listing.ts";
import { archiveOf, type TarEntry, tarOf } from "../../../support/archives.ts";
import { batchOf, listing } from "../../../support/batches.ts";

const script = "export const answer = 42;\n".repeat(100);
const files = { "index.html": "<h1>hi</h1>", "app.js": script, "copy.js": script, "photo.jpg": script };
const all = listing(files);
const entry = { path: "index.html", sha256: sha256("x"), sizeBytes: 1 };
const tar = (entries: TarEntry[]) => tarOf(entries).toString("base64");
const contents = (text: string, content: string | Buffer = text, ending = ""): TarEntry => ({
  name: `contents/${sha256(text)}${ending}`,
  content,
});
const withListing = (value: unknown, ...entries: TarEntry[]) =>
  tar([{ name: "listing.json.gz", content: gzipSync(JSON.stringify(value)) }, ...entries]);

describe("an upload", () => {
  it("is read into its listing and its contents, with the forms in which they will be served", async () => {
    const read = await readBatch(batchOf(all, [script]));
    expect(read.listing).toEqual(all);
    expect([...read.contents.keys()]).toEqual([sha256(script)]);
    const content = read.contents.get(sha256(script));
    expect(Buffer.from(content?.raw ?? []).toString()).toBe(script);
    expect(content?.gzip).toEqual(gzipSync(script));
  });

  it("may hold contents as they are, and be a .tgz that tar makes of a folder", async () => {
    const read = await readBatch(
      archiveOf([
        { name: "./", type: "5" },
        { name: "./contents/", type: "5" },
        { ...contents(script), name: `./contents/${sha256(script)}` },
        { name: "./listing.json", content: JSON.stringify(all) },
      ]),
    );
    expect(Buffer.from(read.contents.get(sha256(script))?.raw ?? []).toString()).toBe(script);
    expect(read.contents.get(sha256(script))?.gzip?.byteLength).toBeLessThan(script.length / 2);
  });

  it("may hold nothing but the listing", async () => {
    expect((await readBatch(batchOf(all, []))).contents.size).toBe(0);
  });

  it.each<[string, string]>([
    ["no listing", tar([contents("x")])],
    ["two listings", withListing(all, { name: "listing.json", content: JSON.stringify(all) })],
    ["a content twice", withListing(all, contents(script), contents(script, gzipSync(script), ".gz"))],
    ["a content that is not listed", withListing(all, contents("other"))],
    ["a content that is another", withListing(all, contents(script, script.replace("42", "43")))],
    ["a content that is another, gzipped", withListing(all, contents(script, gzipSync("x".repeat(2600)), ".gz"))],
    ["a content that is cut off", withListing(all, contents(script, gzipSync(script).subarray(0, 40), ".gz"))],
    ["a content that is longer than listed", withListing(all, contents(script, `${script} `))],
    ["a content that is no gzip", withListing(all, contents(script, script, ".gz"))],
    ["a bomb", withListing(all, contents(script, gzipSync(Buffer.alloc(50_000_000)), ".gz"))],
    ["a bomb for a listing", tar([{ name: "listing.json.gz", content: gzipSync(Buffer.alloc(50_000_000)) }])],
    ["a listing that is no JSON", tar([{ name: "listing.json", content: "{" }])],
    ["a file by its path", withListing(all, { name: "index.html", content: "x" })],
    ["a file that leaves the folder", withListing(all, { name: `contents/../contents/${sha256(script)}` })],
    ["a content in upper case", withListing(all, { name: `contents/${sha256(script).toUpperCase()}` })],
    ["a link", withListing(all, { ...contents(script, ""), type: "2", linkName: "/etc/passwd" })],
    ["a secret's path", "$var:f/infra/token"],
    ["nothing", ""],
  ])("is refused for %s", async (_, batch) => {
    await expect(readBatch(batch)).rejects.toMatchObject({
      code: "invalid_input",
      details: { argument: expect.stringMatching(/^(raw_string|listing)$/) },
      hint: expect.any(String),
    });
  });

  it.each<[string, unknown]>([
    ["that is a list", []],
    ["without entries", {}],
    ["with entries that are none", { entries: [null] }],
    ["with a hash that is none", { entries: [{ ...entry, sha256: "../../etc/passwd" }] }],
    ["with a hash in upper case", { entries: [{ ...entry, sha256: sha256("x").toUpperCase() }] }],
    ["with a size below nothing", { entries: [{ ...entry, sizeBytes: -1 }] }],
    ["with a size that is a text", { entries: [{ ...entry, sizeBytes: "1" }] }],
    ["with a size that is a fraction", { entries: [{ ...entry, sizeBytes: 0.5 }] }],
    ["that gives one content two sizes", { entries: [entry, { ...entry, path: "b", sizeBytes: 2 }] }],
    ["without an index.html", { entries: [{ ...entry, path: "about.html" }] }],
    ["of a folder instead of what is in it", { entries: [{ ...entry, path: "site/index.html" }] }],
    ["with a path that leaves the site", { entries: [entry, { ...entry, path: "../x" }] }],
    ["with an absolute path", { entries: [entry, { ...entry, path: "/etc/passwd" }] }],
    ["with a hidden file", { entries: [entry, { ...entry, path: ".env" }] }],
    ["with a path twice", { entries: [entry, entry] }],
    ["with paths that differ in case", { entries: [entry, { ...entry, path: "INDEX.html" }] }],
    ["with a file that is a folder", { entries: [entry, { ...entry, path: "a" }, { ...entry, path: "a/b" }] }],
    ["with settings that are none", { entries: [entry], settings: { spa: "yes" } }],
    ["with a page that is not there", { entries: [entry], settings: { notFound: "none.html" } }],
  ])("is refused for a listing %s", async (_, value) => {
    await expect(readBatch(withListing(value))).rejects.toMatchObject({
      code: "invalid_input",
      details: { argument: expect.stringMatching(/^(listing|settings)$/) },
      hint: expect.any(String),
    });
  });

  it.each<[string, unknown[]]>([
    ["too many files", Array.from({ length: SITE_LIMITS.files + 1 }, (_, n) => ({ ...entry, path: `${n}` }))],
    ["a file that is too large", [{ ...entry, sizeBytes: SITE_LIMITS.fileBytes + 1 }]],
    [
      "files that are too large together",
      Array.from({ length: 5 }, (_, n) => ({ path: `${n}`, sha256: sha256(`${n}`), sizeBytes: SITE_LIMITS.fileBytes })),
    ],
  ])("is refused for %s", async (_, entries) => {
    await expect(readBatch(withListing({ entries }))).rejects.toMatchObject({ code: "too_large", status: 413 });
  });
});
