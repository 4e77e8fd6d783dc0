import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Host, openHost } from "../../../../f/lib/host/host.ts";
import { ensureTables } from "../../../../f/lib/operations/tables.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { deploySite } from "../../../../f/lib/sites/deploy.ts";
import { RELEASES_KEPT } from "../../../../f/lib/sites/limits.ts";
import { listReleases } from "../../../../f/lib/sites/list.ts";
import { rollbackSite } from "../../../../f/lib/sites/rollback.ts";
import { archiveOf } from "../../../support/archives.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { failingHost, Killed } from "../../../support/failing_host.ts";
import { testHosts } from "../../../support/hosts.ts";

const db = testDatabase();
const { caddy } = inject("services");
beforeAll(() => withPostgres(db, ensureTables));

/** A site whose pages and assets all say which version they are of; one of them in its name. */
const version = (text: string, files = 6): Record<string, string> => ({
  "index.html": text,
  ...Object.fromEntries(Array.from({ length: files - 2 }, (_, n) => [`assets/${n}.txt`, text])),
  [`assets/app.${text}.js`]: text,
});

// What a kill does is the same over SSH; there a sample shows that the calls have the effects they should.
const kills = { local: ["before", "midway", "after"], ssh: ["midway"] } as const;
const everyNth = { local: 4, ssh: 12 };

const STANDING = ["contents", "current", "listings", "meta", "previous", "recent", "recents", "releases"];

describe.each(testHosts())("a deploy over $transport", ({ transport, value }) => {
  let host: Host;
  beforeAll(async () => {
    host = await openHost(value);
  });
  afterAll(() => host.close());

  const deploy = (project: string, files: Record<string, string>, on: Host = host) =>
    withPostgres(db, (sql) => deploySite({ sql, host: on, caddy, project, archive: archiveOf(files) }));
  const rollback = (project: string, release?: string, on: Host = host) =>
    withPostgres(db, (sql) => rollbackSite({ sql, host: on, caddy, project, release }));
  const on = (...path: string[]) => join(value.root, ...path);

  /** The text that every file of the live release holds; fails when they do not agree or one is missing. */
  function liveVersion(project: string, link = "current", files = 6): string | undefined {
    if (!existsSync(on(project, link))) return undefined;
    const texts = ["index.html", ...Array.from({ length: files - 2 }, (_, n) => `assets/${n}.txt`)].map((path) =>
      readFileSync(on(project, link, path), "utf8"),
    );
    expect(new Set(texts).size, "files of one release").toBe(1);
    expect(existsSync(on(project, link, `assets/app.${texts[0]}.js`))).toBe(true);
    return texts[0];
  }

  /** Whether a page of that version, loaded a moment ago, still finds the asset that only its version has. */
  const isReachable = (project: string, text: string) =>
    ["current", "recent/site"].some((place) => existsSync(on(project, place, `assets/app.${text}.js`)));

  it("publishes a first release, a second, and nothing for the same again", async () => {
    const project = uniqueProject();
    const first = await deploy(project, version("one"));
    expect(first).toEqual({
      project,
      release: expect.any(String),
      previousRelease: null,
      files: 6,
      sizeBytes: 18,
      previewUrl: expect.any(String),
      status: "created",
    });
    const second = await deploy(project, version("two"));
    expect(second).toMatchObject({ previousRelease: first.release, status: "updated" });
    expect(await deploy(project, version("two"))).toEqual({ ...second, status: "unchanged" });
    expect(liveVersion(project)).toBe("two");
    expect(liveVersion(project, "previous")).toBe("one");
    expect(readlinkSync(on(project, "current"))).toBe(`releases/${second.release}`);
    expect(readdirSync(on(project)).sort()).toEqual(STANDING);
  });

  it("returns to earlier content without writing it again", async () => {
    const project = uniqueProject();
    const first = await deploy(project, version("one"));
    const second = await deploy(project, version("two"));
    const third = await deploy(project, version("one"));
    expect(third).toEqual({ ...first, previousRelease: second.release, status: "updated" });
    expect(liveVersion(project)).toBe("one");
    expect(readdirSync(on(project, "releases"))).toHaveLength(2);
  });

  it("keeps the newest releases, and those that are served however old", async () => {
    const project = uniqueProject();
    const first = await deploy(project, version("first"));
    for (let n = 1; n < RELEASES_KEPT; n++) await deploy(project, version(`${n}`));
    await rollback(project, first.release);
    await deploy(project, version("a"));
    expect((await listReleases({ host, caddy }, project)).items.at(-1)).toMatchObject({
      release: first.release,
      state: "previous",
    });
    const last = await deploy(project, version("b"));
    const { items } = await listReleases({ host, caddy }, project);
    expect(items).toHaveLength(RELEASES_KEPT);
    expect(items.map(({ release }) => release)).not.toContain(first.release);
    expect(items[0]).toMatchObject({ release: last.release, state: "current" });
    expect(readdirSync(on(project, "releases"))).toHaveLength(RELEASES_KEPT);
    expect(readdirSync(on(project, "meta"))).toHaveLength(RELEASES_KEPT);
    expect(readdirSync(on(project)).sort()).toEqual(STANDING);
  });

  it("refuses what is no site and leaves everything as it was", async () => {
    const project = uniqueProject();
    await deploy(project, version("one"));
    const before = await listReleases({ host, caddy }, project);
    await expect(deploy(project, { "readme.txt": "no index" })).rejects.toMatchObject({ code: "invalid_input" });
    expect(await listReleases({ host, caddy }, project)).toEqual(before);
    expect(liveVersion(project)).toBe("one");
  });

  it("lets two deploys of one project in one after the other", async () => {
    const project = uniqueProject();
    await deploy(project, version("zero"));
    const texts = ["one", "two", "three", "four"];
    const done = await Promise.all(texts.map((text) => deploy(project, version(text))));
    expect(done.map(({ status }) => status)).toEqual(texts.map(() => "updated"));
    const { items } = await listReleases({ host, caddy }, project);
    expect(items).toHaveLength(5);
    const last = done[texts.indexOf(liveVersion(project) ?? "")];
    expect(last?.release).toBe(items.find(({ state }) => state === "current")?.release);
  });

  it("is published once when the same is deployed twice at once", async () => {
    const project = uniqueProject();
    const done = await Promise.all([1, 2, 3].map(() => deploy(project, version("same"))));
    expect(done.map(({ status }) => status).sort()).toEqual(["created", "unchanged", "unchanged"]);
    expect(new Set(done.map(({ release }) => release)).size).toBe(1);
  });

  it.each(kills[transport])(
    "that is killed %s any call to the host leaves the site whole, and the next one sets all right",
    async (when) => {
      for (let at = 1; ; at += everyNth[transport]) {
        const project = uniqueProject();
        await deploy(project, version("zero"));
        await deploy(project, version("one"));
        const dying = failingHost(host, at, when);
        const killed = await deploy(project, version("two"), dying).catch((error) => error);
        expect(["one", "two"]).toContain(liveVersion(project));
        expect(["zero", "one"]).toContain(liveVersion(project, "previous"));
        for (const text of ["zero", "one"]) expect(isReachable(project, text), text).toBe(true);
        if (!(killed instanceof Killed)) break; // it needs fewer calls than this
        const done = await deploy(project, version("two"));
        expect(["updated", "unchanged"]).toContain(done.status);
        expect([liveVersion(project), liveVersion(project, "previous")]).toEqual(["two", "one"]);
        for (const text of ["zero", "one", "two"]) expect(isReachable(project, text), text).toBe(true);
        expect(readdirSync(on(project)).sort()).toEqual(STANDING);
        const other = await deploy(project, version("three"));
        expect(other).toMatchObject({ previousRelease: done.release, status: "updated" });
        const { items } = await listReleases({ host, caddy }, project);
        expect(items.map(({ release }) => release).sort()).toEqual(readdirSync(on(project, "releases")).sort());
        expect(readdirSync(on(project, "meta"))).toHaveLength(items.length);
        expect(readdirSync(on(project, "listings"))).toHaveLength(items.length);
        expect(readdirSync(on(project, "recents"))).toHaveLength(1);
        expect(readdirSync(on(project)).sort()).toEqual(STANDING);
      }
    },
  );

  it("that is killed while it discards old releases leaves none that looks complete and is not", async () => {
    const project = uniqueProject();
    for (let n = 0; n < RELEASES_KEPT; n++) await deploy(project, version(`${n}`));
    let killed: unknown;
    for (let at = 1; at === 1 || killed instanceof Killed; at += everyNth[transport]) {
      killed = await deploy(project, version(`new ${at}`), failingHost(host, at, "midway")).catch((error) => error);
      for (const id of readdirSync(on(project, "releases"))) {
        expect(readdirSync(on(project, "releases", id, "assets"))).toHaveLength(5);
      }
      await deploy(project, version(`after ${at}`));
      expect(readdirSync(on(project, "releases"))).toHaveLength(RELEASES_KEPT);
    }
  });

  it("that a slower one overtakes says so instead of claiming the site", async () => {
    const project = uniqueProject();
    const one = await deploy(project, version("one"));
    const overtaken: Host = {
      ...host,
      async replaceLink(path, target) {
        await host.replaceLink(path, path.endsWith("current") ? `releases/${one.release}` : target);
      },
    };
    await expect(deploy(project, version("two"), overtaken)).rejects.toMatchObject({
      code: "conflict",
      retryable: true,
    });
  });
});
