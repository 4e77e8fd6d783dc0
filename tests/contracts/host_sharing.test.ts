import { readFileSync, statSync } from "node:fs";
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
