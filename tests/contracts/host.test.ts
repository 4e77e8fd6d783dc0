import { lstatSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Host, openHost, type TreeFile } from "../../f/lib/host/host.ts";
import { uniqueProject } from "../support/database.ts";
import { testHosts } from "../support/hosts.ts";

const file = (path: string, text: string): TreeFile => ({
  path,
  content: Buffer.from(text),
  modifiedAt: new Date("2010-01-02T03:04:05Z"),
});

describe.each(testHosts())("a site host over $transport", ({ value }) => {
  let host: Host;
  beforeAll(async () => {
    host = await openHost(value);
  });
  afterAll(() => host.close());
  const on = (...path: string[]) => join(value.root, ...path);

  it("says what answers", async () => {
    expect(await host.version()).toMatch(/^(Linux|Darwin) \d+\./);
  });

  it("writes a tree that everyone may read, with its times, whatever the names hold", async () => {
    const folder = uniqueProject();
    const names = [
      "index.html",
      "a/b/c.txt",
      "with space/é ü.txt",
      "it's $(touch x) `y`.txt",
      "-rf",
      `${"d".repeat(120)}/${"f".repeat(120)}`,
    ];
    const usual = process.umask(0o077);
    await host.writeTree(
      `${folder}/tree`,
      names.map((name) => file(name, `text of ${name}`)),
    );
    process.umask(usual);
    for (const name of names) {
      const path = on(folder, "tree", name);
      expect(readFileSync(path, "utf8")).toBe(`text of ${name}`);
      expect(statSync(path).mode & 0o777).toBe(0o644);
      expect(statSync(path).mtime.toISOString()).toBe("2010-01-02T03:04:05.000Z");
    }
    for (const made of ["", "tree", "tree/a", "tree/a/b"]) expect(statSync(on(folder, made)).mode & 0o777).toBe(0o755);
  });

  it("writes bytes as they are, also many and large ones", async () => {
    const folder = uniqueProject();
    const large = Buffer.alloc(3 * 1024 * 1024, Buffer.from([0, 1, 2, 253, 254, 255, 10, 13]));
    const many = Array.from({ length: 300 }, (_, index) => file(`many/${index}.txt`, String(index)));
    await host.writeTree(folder, [{ ...file("large.bin", ""), content: large }, file("empty.txt", ""), ...many]);
    expect(readFileSync(on(folder, "large.bin")).equals(large)).toBe(true);
    expect(statSync(on(folder, "empty.txt")).size).toBe(0);
    expect(await host.list(`${folder}/many`)).toHaveLength(300);
  });

  it("writes no tree over an existing folder", async () => {
    const folder = uniqueProject();
    await host.writeTree(folder, [file("a", "first")]);
    await expect(host.writeTree(folder, [file("b", "second")])).rejects.toMatchObject({ code: "conflict" });
    expect(await host.list(folder)).toEqual(["a"]);
  });

  it("lists names sorted, and nothing for a folder that is not there", async () => {
    const folder = uniqueProject();
    await host.writeTree(folder, [file("b", ""), file("a", ""), file("c/d", "")]);
    expect(await host.list(folder)).toEqual(["a", "b", "c"]);
    expect(await host.list(uniqueProject())).toEqual([]);
  });

  it("reads a file, and nothing for one that is not there", async () => {
    const folder = uniqueProject();
    await host.writeTree(folder, [file("note", "grüße")]);
    expect(await host.read(`${folder}/note`)).toBe("grüße");
    expect(await host.read(`${folder}/other`)).toBeUndefined();
    expect(await host.read(`${folder}/note/below`)).toBeUndefined();
  });

  it("renames files and folders, making the folder they go to", async () => {
    const folder = uniqueProject();
    await host.writeTree(folder, [file("here/a", "1"), file("b", "2")]);
    await host.rename(`${folder}/here`, `${folder}/x/y/there`);
    await host.rename(`${folder}/b`, `${folder}/x/y/there/a`);
    expect(readFileSync(on(folder, "x/y/there/a"), "utf8")).toBe("2");
    expect(statSync(on(folder, "x/y")).mode & 0o777).toBe(0o755);
    expect(await host.list(folder)).toEqual(["x"]);
  });

  it("renames nothing that is not there, and no folder over a filled one", async () => {
    const folder = uniqueProject();
    await host.writeTree(folder, [file("a/file", "a"), file("b/file", "b")]);
    await expect(host.rename(`${folder}/c`, `${folder}/d`)).rejects.toMatchObject({ code: "not_found" });
    await expect(host.rename(`${folder}/a`, `${folder}/b`)).rejects.toMatchObject({ hint: expect.any(String) });
    expect(readFileSync(on(folder, "b/file"), "utf8")).toBe("b");
    expect(readFileSync(on(folder, "a/file"), "utf8")).toBe("a");
  });

  it("points a link somewhere and then elsewhere", async () => {
    const folder = uniqueProject();
    await host.writeTree(folder, [file("r/1/a", "one"), file("r/2/a", "two")]);
    expect(await host.readLink(`${folder}/current`)).toBeUndefined();
    for (const release of ["r/1", "r/2", "r/2"]) {
      await host.replaceLink(`${folder}/current`, release);
      expect(await host.readLink(`${folder}/current`)).toBe(release);
    }
    expect(readFileSync(on(folder, "current/a"), "utf8")).toBe("two");
    expect(await host.list(folder)).toEqual(["current", "r"]);
    expect(await host.readLink(`${folder}/r`)).toBeUndefined();
  });

  it("points a link although a killed caller left its half behind", async () => {
    const folder = uniqueProject();
    await host.writeTree(folder, [file("r/1/a", "one")]);
    symlinkSync("r/nowhere", on(folder, "current.next"));
    await host.replaceLink(`${folder}/current`, "r/1");
    expect(await host.list(folder)).toEqual(["current", "r"]);
  });

  it("removes what is there, is content with what is not, and never follows a link", async () => {
    const folder = uniqueProject();
    await host.writeTree(folder, [file("keep/a", "kept"), file("gone/b/c", "")]);
    await host.replaceLink(`${folder}/gone/link`, "keep");
    await host.remove(`${folder}/gone`);
    await host.remove(`${folder}/gone`, `${folder}/never`);
    await host.remove();
    expect(await host.list(folder)).toEqual(["keep"]);
    expect(readFileSync(on(folder, "keep/a"), "utf8")).toBe("kept");
  });

  it.each([
    ["parent", "../outside"],
    ["parent inside", "a/../../outside"],
    ["absolute", "/etc/passwd"],
    ["empty", ""],
    ["dot", "."],
    ["empty segment", "a//b"],
    ["final slash", "a/"],
    ["NUL", "a\0b"],
    ["new line", "a\nb"],
    ["backslash", "a\\..\\b"],
    ["long segment", "x".repeat(256)],
  ])("touches nothing for a path with %s", async (_, path) => {
    const refused = { code: "invalid_input", status: 400, hint: expect.any(String) };
    const folder = uniqueProject();
    await expect(async () => host.list(path)).rejects.toMatchObject(refused);
    await expect(async () => host.read(path)).rejects.toMatchObject(refused);
    await expect(async () => host.present(path, ["a"])).rejects.toMatchObject(refused);
    await expect(async () => host.present(folder, [path])).rejects.toMatchObject(refused);
    await expect(async () => host.renameInto(path, folder, ["a"])).rejects.toMatchObject(refused);
    await expect(async () => host.renameInto(folder, folder, [path])).rejects.toMatchObject(refused);
    await expect(async () => host.removeUnlinked(path, 0)).rejects.toMatchObject(refused);
    const link = { path: "a", linkTo: path };
    await expect(async () => host.writeTree(folder, [link])).rejects.toMatchObject(refused);
    await expect(async () => host.readLink(path)).rejects.toMatchObject(refused);
    await expect(async () => host.remove(path)).rejects.toMatchObject(refused);
    await expect(async () => host.rename(path, folder)).rejects.toMatchObject(refused);
    await expect(async () => host.rename(folder, path)).rejects.toMatchObject(refused);
    await expect(async () => host.writeTree(path, [])).rejects.toMatchObject(refused);
    await expect(async () => host.writeTree(folder, [file(path, "")])).rejects.toMatchObject(refused);
    await expect(async () => host.replaceLink(path, "a")).rejects.toMatchObject(refused);
    await expect(async () => host.replaceLink(`${folder}/link`, path)).rejects.toMatchObject(refused);
    expect(await host.list(folder)).toEqual([]);
  });

  it("says what could not be done when the machine refuses", async () => {
    const folder = uniqueProject();
    await host.writeTree(folder, [file("a", "")]);
    const refused = { code: "upstream_failed", status: 502, message: expect.stringContaining("could not") };
    await expect(host.writeTree(`${folder}/a/b`, [file("c", "")])).rejects.toMatchObject({ hint: expect.any(String) });
    await expect(host.replaceLink(`${folder}`, "a")).rejects.toMatchObject(refused);
    expect(lstatSync(on(folder)).isDirectory()).toBe(true);
  });
});
