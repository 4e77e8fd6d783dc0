import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Host, openHost, type TreeFile } from "../../f/lib/host/host.ts";
import { uniqueProject } from "../support/database.ts";
import { testHosts } from "../support/hosts.ts";

const file = (path: string, text: string): TreeFile => ({
  path,
  content: Buffer.from(text),
  modifiedAt: new Date("2010-01-02T03:04:05Z"),
});

describe.each(testHosts())("files that releases share, on a site host over $transport", ({ value }) => {
  let host: Host;
  beforeAll(async () => {
    host = await openHost(value);
  });
  afterAll(() => host.close());
  const on = (...path: string[]) => join(value.root, ...path);

  it("gives one file several names, in the tree and elsewhere", async () => {
    const folder = uniqueProject();
    await host.writeTree(`${folder}/store`, [file("one", "1")]);
    const links = [
      { path: "a/index.html", linkTo: `${folder}/store/one` },
      { path: `${"d".repeat(120)}/it's.txt`, linkTo: `${folder}/tree/c/two` },
    ];
    await host.writeTree(`${folder}/tree`, [...links, file("c/two", "2")]);
    for (const { path, linkTo } of links) {
      expect(statSync(on(folder, "tree", path)).ino).toBe(statSync(on(linkTo)).ino);
      expect(statSync(on(folder, "tree", path)).mtime.toISOString()).toBe("2010-01-02T03:04:05.000Z");
    }
    expect(statSync(on(folder, "tree/a")).mode & 0o777).toBe(0o755);
    const missing = host.writeTree(`${folder}/other`, [{ path: "x", linkTo: `${folder}/store/none` }]);
    await expect(missing).rejects.toMatchObject({ hint: expect.any(String) });
  });

  describe("a tree like another", () => {
    const names = Array.from({ length: 120 }, (_, n) => `d${n % 7}/file ${n}'s.txt`);
    const linked = (folder: string, paths: string[]) =>
      paths.map((path) => ({ path: `site/${path}`, linkTo: `${folder}/old/${path}` }));
    const write = async (folder: string, more: string[] = []) => {
      await host.writeTree(
        `${folder}/old`,
        [...names, ...more].map((name) => file(name, `text of ${name}`)),
      );
    };
    const filesIn = (folder: string) =>
      readdirSync(on(folder, "new/site"), { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => relative(on(folder, "new/site"), join(entry.parentPath, entry.name)))
        .sort();
    const template = (folder: string, files = names) => ({ folder: `${folder}/old`, files, as: "site" });

    it.each<[string, string[]]>([
      ["all of its files", names],
      ["most of its files", names.slice(10)],
      ["hardly any of its files", names.slice(100)],
      ["none of a folder's files", names.filter((name) => !name.startsWith("d3/"))],
    ])("has %s, and others of its own", async (_, kept) => {
      const folder = uniqueProject();
      await write(folder);
      const own = [file("meta.json", "{}"), file("site/own/it's.txt", "own")];
      const files = [...own, ...linked(folder, kept)];
      await host.writeTree(`${folder}/new`, files, template(folder));
      expect(filesIn(folder)).toEqual([...kept, "own/it's.txt"].sort());
      for (const name of kept.slice(0, 5)) {
        expect(statSync(on(folder, "new/site", name)).ino).toBe(statSync(on(folder, "old", name)).ino);
      }
      expect(await host.list(`${folder}/new`)).toEqual(["meta.json", "site"]);
      expect(existsSync(on(folder, "new/site/d3"))).toBe(kept.some((name) => name.startsWith("d3/")));
    });

    it("has a file where the other has a folder", async () => {
      const folder = uniqueProject();
      await write(folder);
      const kept = names.filter((name) => !name.startsWith("d1/"));
      await host.writeTree(`${folder}/new`, [file("site/d1", "now a file"), ...linked(folder, kept)], template(folder));
      expect(readFileSync(on(folder, "new/site/d1"), "utf8")).toBe("now a file");
    });

    it("has nothing that nobody asked for, although the other is not what it is said to be", async () => {
      const folder = uniqueProject();
      await write(folder, [".env", "d1/stranger"]);
      await host.writeTree(`${folder}/new`, linked(folder, names), template(folder));
      expect(filesIn(folder)).toEqual([...names].sort());
      const missing = [...names, "d1/was here once"];
      await host.writeTree(`${folder}/other`, linked(folder, names), template(folder, missing));
      expect(await host.list(`${folder}/other/site/d1`)).toEqual(await host.list(`${folder}/new/site/d1`));
    });

    it("is refused when it exists, and needs the files that it links to", async () => {
      const folder = uniqueProject();
      await write(folder);
      const again = () => host.writeTree(`${folder}/new`, linked(folder, names), template(folder));
      await again();
      await expect(again()).rejects.toMatchObject({ code: "conflict" });
      const none = { ...template(folder), folder: `${folder}/none` };
      const links = names.map((path) => ({ path: `site/${path}`, linkTo: `${folder}/none/${path}` }));
      await expect(host.writeTree(`${folder}/x`, links, none)).rejects.toMatchObject({ hint: expect.any(String) });
    });
  });

  it("says which names are there", async () => {
    const folder = uniqueProject();
    expect(await host.present(folder, ["a"])).toEqual([]);
    await host.writeTree(folder, [file("b", ""), file("c/d", ""), file("it's", "")]);
    expect(await host.present(folder, ["it's", "a", "c", "b"])).toEqual(["it's", "c", "b"]);
    expect(await host.present(`${folder}/b`, ["a"])).toEqual([]);
    expect(await host.present(folder, [])).toEqual([]);
  });

  it("moves files into another folder, over what is there", async () => {
    const folder = uniqueProject();
    await host.writeTree(folder, [
      file("from/a", "new"),
      file("from/b", "new"),
      file("from/c", ""),
      file("to/a", "old"),
    ]);
    await host.renameInto(`${folder}/from`, `${folder}/to`, ["a", "b"]);
    await host.renameInto(`${folder}/from`, `${folder}/x/y`, ["c"]);
    await host.renameInto(`${folder}/from`, `${folder}/never`, []);
    expect(readFileSync(on(folder, "to/a"), "utf8")).toBe("new");
    expect(await host.list(`${folder}/to`)).toEqual(["a", "b"]);
    expect(await host.list(`${folder}/x/y`)).toEqual(["c"]);
    expect(await host.list(`${folder}/from`)).toEqual([]);
    const gone = host.renameInto(`${folder}/from`, `${folder}/to`, ["a"]);
    await expect(gone).rejects.toMatchObject({ code: "not_found" });
  });

  it("removes files that have had no other name for long enough, and no others", async () => {
    const folder = uniqueProject();
    await host.writeTree(`${folder}/store`, [
      file("used", "1"),
      file("unused", "2"),
      file("it's", "3"),
      file("c/d", ""),
    ]);
    await host.writeTree(`${folder}/tree`, [{ path: "used", linkTo: `${folder}/store/used` }]);
    expect(await host.removeUnlinked(`${folder}/store`, 1440)).toBe(0);
    expect(await host.list(`${folder}/store`)).toEqual(["c", "it's", "unused", "used"]);
    expect(await host.removeUnlinked(`${folder}/store`, 0)).toBe(2);
    expect(await host.list(`${folder}/store`)).toEqual(["c", "used"]);
    expect(await host.removeUnlinked(uniqueProject(), 0)).toBe(0);
  });
});
