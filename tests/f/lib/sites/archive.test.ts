import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readArchive } from "../../../../f/lib/sites/archive.ts";
import { SITE_LIMITS } from "../../../../f/lib/sites/limits.ts";
import { archiveOf, filesOf, pax, type TarEntry, tarOf } from "../../../support/archives.ts";
import { runOnBun } from "../../../support/bun.ts";

const index: TarEntry = { name: "index.html", content: "<h1>hi</h1>" };
const pathsOf = async (archive: string) => (await readArchive(archive)).map(({ path }) => path);
const folder = (name: string): TarEntry => ({ name, type: "5" });

describe("an archive", () => {
  it("is read into its files", async () => {
    const files = await readArchive(archiveOf({ "index.html": "hi", "a/b/c.txt": "ü", "empty.txt": "" }));
    expect(files.map(({ path, content }) => [path, Buffer.from(content).toString()])).toEqual([
      ["index.html", "hi"],
      ["a/b/c.txt", "ü"],
      ["empty.txt", ""],
    ]);
  });

  it("is read when it is not compressed", async () => {
    expect(await pathsOf(tarOf([index]).toString("base64"))).toEqual(["index.html"]);
  });

  it("is read as tar itself makes it", async () => {
    const dir = mkdtempSync(join(tmpdir(), "run8n-tar-"));
    const long = `${"d".repeat(90)}/${"f".repeat(90)}.txt`;
    mkdirSync(join(dir, "d".repeat(90)));
    mkdirSync(join(dir, ".well-known"));
    for (const path of ["index.html", "ünïcode ☃.txt", long, ".well-known/security.txt"])
      writeFileSync(join(dir, path), path);
    const expected = ["index.html", "ünïcode ☃.txt", long, ".well-known/security.txt"].sort();
    for (const format of ["gnu", "ustar", "pax", "oldgnu"]) {
      const bytes = execFileSync("tar", ["-cz", `--format=${format}`, "-C", dir, "."], {
        env: { ...process.env, LANG: "C.UTF-8" },
      });
      expect((await pathsOf(bytes.toString("base64"))).sort(), format).toEqual(expected);
    }
    rmSync(dir, { recursive: true });
  });

  it.each<[string, TarEntry[], string[]]>([
    [
      "a leading ./",
      [folder("./"), { ...index, name: "./index.html" }, folder("./a/"), { name: "./a/b", content: "" }],
      ["index.html", "a/b"],
    ],
    ["folders listed twice", [index, folder("a/"), folder("a"), { name: "a/b" }], ["index.html", "a/b"]],
    ["a folder named after its file", [index, { name: "a/b" }, folder("a")], ["index.html", "a/b"]],
    ["an empty folder", [index, folder("empty/")], ["index.html"]],
    ["a name from an extended header", [index, pax({ path: "a/ü.txt" }), { name: "x" }], ["index.html", "a/ü.txt"]],
    ["names that only look alike", [index, { name: "а.txt" }, { name: "a.txt" }], ["index.html", "а.txt", "a.txt"]],
    [
      "dots within names",
      [index, { name: "a..b/c.d.e" }, { name: "...a".slice(3) }],
      ["index.html", "a..b/c.d.e", "a"],
    ],
  ])("may hold %s", async (_, entries, paths) => {
    expect(await pathsOf(archiveOf(entries))).toEqual(paths);
  });

  it.each<[string, TarEntry[]]>([
    ["an absolute path", [index, { name: "/etc/passwd" }]],
    ["an absolute path behind ./", [index, { name: ".//etc/passwd" }]],
    ["a path that leaves the site", [index, { name: "../outside" }]],
    ["a path that leaves the site later", [index, { name: "a/../../outside" }]],
    ["a path that comes back", [index, { name: "a/../index.html" }]],
    ["a folder that leaves the site", [index, folder("../")]],
    ["a path that leaves the site, in an extended header", [index, pax({ path: "../outside" }), { name: "x" }]],
    ["a NUL in an extended header", [index, pax({ path: "a\0b" }), { name: "x" }]],
    ["backslashes", [index, { name: "a\\..\\..\\b" }]],
    ["a line break in a name", [index, { name: "a\nb" }]],
    ["an escape sequence in a name", [index, { name: "\x1b[31mred" }]],
    ["a name that is not UTF-8", [index, { name: "a" }, pax({ path: "a\ufffd" }), { name: "x" }]],
    ["an empty part", [index, { name: "a//b" }]],
    ["a dot as part", [index, { name: "a/./b" }]],
    ["a file that is a folder's name", [index, { name: "a/" }]],
    ["a name without a name", [index, { name: "" }]],
    ["a name that is too long", [index, pax({ path: "x".repeat(256) }), { name: "x" }]],
    ["a path that is too long", [index, pax({ path: Array(10).fill("x".repeat(60)).join("/") }), { name: "x" }]],
    [
      "a path that is too deep",
      [
        index,
        {
          name: Array(SITE_LIMITS.depth + 1)
            .fill("x")
            .join("/"),
        },
      ],
    ],
    ["a hidden file", [index, { name: ".env", content: "SECRET" }]],
    ["a hidden folder", [index, { name: ".git/config" }]],
    ["a hidden file in a folder", [index, { name: "a/.htaccess" }]],
    ["a hidden file in .well-known", [index, { name: ".well-known/.env" }]],
    [".well-known elsewhere", [index, { name: "a/.well-known/x" }]],
    ["what a Mac adds", [index, { name: "._index.html" }]],
    ["a symbolic link", [index, { name: "link", type: "2", linkName: "/etc/passwd" }]],
    ["a symbolic link within the site", [index, { name: "link", type: "2", linkName: "index.html" }]],
    ["a hard link", [index, { name: "link", type: "1", linkName: "../../secret" }]],
    ["a character device", [index, { name: "null", type: "3" }]],
    ["a block device", [index, { name: "sda", type: "4" }]],
    ["a pipe", [index, { name: "pipe", type: "6" }]],
    ["a sparse file", [index, { name: "sparse", type: "S" }]],
    ["an unknown type", [index, { name: "odd", type: "Z" }]],
    ["a file twice", [index, { name: "a" }, { name: "a" }]],
    ["a file twice, once with ./", [index, { name: "a" }, { name: "./a" }]],
    ["names that differ in case", [index, { name: "a.txt" }, { name: "A.txt" }]],
    ["folders that differ in case", [index, { name: "a/x" }, { name: "A/y" }]],
    ["names that differ in case elsewhere", [index, { name: "straße" }, { name: "STRASSE" }]],
    ["names that differ in Unicode spelling", [index, { name: "\u00fc" }, { name: "u\u0308" }]],
    ["names that differ in compatibility forms", [index, { name: "ﬁle" }, { name: "file" }]],
    ["a file that is a folder", [index, { name: "a" }, { name: "a/b" }]],
    ["a folder that is a file", [index, { name: "a/b" }, { name: "a" }]],
    ["nothing", []],
    ["only folders", [folder("a/")]],
    ["no index.html", [{ name: "readme.txt" }]],
    ["an index.html that is a folder", [folder("index.html/"), { name: "a" }]],
    ["the folder instead of what is in it", [{ ...index, name: "site/index.html" }]],
  ])("is refused for %s", async (_, entries) => {
    await expect(readArchive(archiveOf(entries))).rejects.toMatchObject({
      code: "invalid_input",
      status: 400,
      hint: expect.any(String),
      details: { argument: "raw_string" },
    });
  });

  it("names the entry it is about, made harmless", async () => {
    const call = readArchive(archiveOf([index, { name: "a/\x1b[31m<b>.env" }]));
    await expect(call).rejects.toMatchObject({ details: { entry: "a/??31m?b?.env" } });
  });

  it.each<[string, TarEntry[]]>([
    ["too many files", [index, ...Array.from({ length: SITE_LIMITS.files }, (_, n) => ({ name: `${n}` }))]],
    ["a file that is too large", [index, { name: "a", content: Buffer.alloc(SITE_LIMITS.fileBytes + 1) }]],
    ["a file that claims to be too large", [index, { name: "a", size: SITE_LIMITS.fileBytes + 1 }]],
    [
      "files that are too large together",
      [index, ...[1, 2, 3, 4].map((n) => ({ name: `${n}`, content: Buffer.alloc(SITE_LIMITS.fileBytes) }))],
    ],
  ])("is refused for %s", async (_, entries) => {
    await expect(readArchive(archiveOf(entries))).rejects.toMatchObject({
      code: "too_large",
      status: 413,
      hint: expect.any(String),
    });
  });

  it("is refused when it is larger than the limit before anything is unpacked", async () => {
    const large = "A".repeat(Math.ceil(SITE_LIMITS.archiveBytes / 3) * 4 + 4);
    await expect(readArchive(large)).rejects.toMatchObject({ code: "too_large" });
  });

  it("unpacks a bomb no further than the limit", async () => {
    const bomb = gzipSync(Buffer.alloc(600 * 1024 * 1024));
    expect(bomb.length).toBeLessThan(1024 * 1024);
    const before = process.memoryUsage().rss;
    await expect(readArchive(bomb.toString("base64"))).rejects.toMatchObject({ code: "too_large" });
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["an empty string", ""],
    ["a number", 7],
    ["text", "hello, world"],
    ["a secret's path", "$var:f/infra/token"],
    ["base64 of text", Buffer.from("hello").toString("base64")],
    ["base64 with characters between", `${archiveOf([index]).slice(0, 40)}!${archiveOf([index]).slice(40)}`],
    ["base64 that is cut", archiveOf([index]).slice(0, -3)],
    ["a tar without gzip that is cut", tarOf([index]).subarray(0, 500).toString("base64")],
    ["a zip", Buffer.from("PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaa").toString("base64")],
    ["gzip of text", gzipSync("hello").toString("base64")],
    ["gzip of noise", gzipSync(Buffer.alloc(2048, 7)).toString("base64")],
    [
      "gzip with rubbish behind it",
      Buffer.concat([gzipSync(tarOf([index])), Buffer.from("rubbish")]).toString("base64"),
    ],
    ["a wrong checksum", gzipSync(tarOf([index]).fill(48, 148, 154)).toString("base64")],
    [
      "a body that is shorter than its header says",
      gzipSync(tarOf([{ ...index, size: 1_000_000 }])).toString("base64"),
    ],
  ])("is refused when it is %s", async (_, value) => {
    await expect(readArchive(value)).rejects.toMatchObject({
      code: "invalid_input",
      status: 400,
      hint: expect.any(String),
    });
  });

  it("is refused wherever it is cut off", async () => {
    const whole = Buffer.from(archiveOf({ "index.html": "hi", "a.txt": "x".repeat(3000) }), "base64");
    for (let length = 2; length < whole.length; length++) {
      const call = readArchive(whole.subarray(0, length).toString("base64"));
      await expect(call, `${length} bytes`).rejects.toMatchObject({ code: "invalid_input" });
    }
  });

  it("is judged the same on Bun", async () => {
    const code = `import { readArchive } from "@f/lib/sites/archive.ts";
      export const main = (...archives) => Promise.all(archives.map((archive) =>
        readArchive(archive).then((files) => files.length, (error) => error.code)));`;
    const good = Buffer.from(archiveOf([index]), "base64");
    const archives = [
      good.toString("base64"),
      good.subarray(0, -1).toString("base64"),
      Buffer.concat([good, Buffer.from("rubbish")]).toString("base64"),
      archiveOf([index, { name: "../outside" }]),
      archiveOf([index, ...filesOf({ "a/b": "", "A/c": "" })]),
      gzipSync(Buffer.alloc(200 * 1024 * 1024)).toString("base64"),
    ];
    expect(await runOnBun(code, archives)).toEqual([1, ...Array(4).fill("invalid_input"), "too_large"]);
  });
});
