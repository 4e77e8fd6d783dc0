import { existsSync, readdirSync, readFileSync, rmSync, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Host, openHost } from "../../../../f/lib/host/host.ts";
import { ensureTables } from "../../../../f/lib/operations/tables.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { deploySite } from "../../../../f/lib/sites/deploy.ts";
import { deployFiles } from "../../../../f/lib/sites/deploy_files.ts";
import { sha256 } from "../../../../f/lib/sites/listing.ts";
import { planDeploy } from "../../../../f/lib/sites/plan.ts";
import { archiveOf } from "../../../support/archives.ts";
import { batchOf, type Files, listing } from "../../../support/batches.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { failingHost, Killed } from "../../../support/failing_host.ts";
import { testHosts } from "../../../support/hosts.ts";

const db = testDatabase();
const { caddy } = inject("services");
beforeAll(() => withPostgres(db, ensureTables));

const site = (text: string): Files => ({
  "index.html": `<h1>${text}</h1>`,
  "app.js": `// ${text}\n${"shared();\n".repeat(300)}`,
  "same.css": "body{}\n".repeat(300),
  "deep/copy.css": "body{}\n".repeat(300),
});

const kills = { local: ["before", "midway", "after"], ssh: ["midway"] } as const;

describe.each(testHosts())("an incremental deploy over $transport", ({ transport, value }) => {
  let host: Host;
  beforeAll(async () => {
    host = await openHost(value);
  });
  afterAll(() => host.close());
  const on = (...path: string[]) => join(value.root, ...path);
  const plan = (project: string, files: Files) => planDeploy(host, { project, listing: listing(files) });
  const send = (project: string, files: Files, contents: (string | Buffer)[], to: Host = host) =>
    withPostgres(db, (sql) => deployFiles({ sql, host: to, caddy, project, batch: batchOf(listing(files), contents) }));
  /** Sends what the plan asks for, a number of contents at a time, as a client does. */
  async function deploy(project: string, files: Files, { to = host, atOnce = 100 } = {}) {
    const { lacking } = await plan(project, files);
    const byHash = new Map(Object.values(files).map((content) => [sha256(Buffer.from(content)), content]));
    for (let rest = lacking; ; ) {
      const done = await send(
        project,
        files,
        rest.slice(0, atOnce).map((hash) => byHash.get(hash) as string),
        to,
      );
      if (done.status !== "incomplete") return done;
      rest = done.lacking;
    }
  }
  const live = (project: string, path: string) => readFileSync(on(project, "current", path), "utf8");

  it("asks for all contents of a first release, once each, and only for what is new in a second", async () => {
    const project = uniqueProject();
    const one = site("one");
    const planned = await plan(project, one);
    expect(planned).toMatchObject({ project, status: "lacking", currentRelease: null, files: 4 });
    expect(planned.lacking).toEqual(["index.html", "app.js", "same.css"].map((path) => sha256(one[path] as string)));
    expect(existsSync(on(project))).toBe(false);
    const first = await deploy(project, one);
    expect(first).toMatchObject({ release: planned.release, status: "created", previousRelease: null, files: 4 });
    const next = await plan(project, site("two"));
    expect(next.lacking).toHaveLength(2);
    expect(next).toMatchObject({ status: "lacking", currentRelease: first.release, lackingBytes: expect.any(Number) });
    expect(await deploy(project, site("two"))).toMatchObject({ status: "updated", previousRelease: first.release });
    expect(live(project, "index.html")).toBe("<h1>two</h1>");
    expect(await plan(project, site("two"))).toMatchObject({ status: "unchanged", lacking: [], lackingBytes: 0 });
    expect(await plan(project, one)).toMatchObject({ status: "ready", lacking: [] });
    expect(await send(project, one, [])).toMatchObject({ status: "updated", release: first.release });
  });

  it("is the same release as the whole site in one request", async () => {
    const [a, b] = [uniqueProject(), uniqueProject()];
    const archive = archiveOf(site("one") as Record<string, string>);
    const whole = await withPostgres(db, (sql) => deploySite({ sql, host, caddy, project: a, archive }));
    expect((await deploy(b, site("one"))).release).toBe(whole.release);
    expect((await plan(a, site("one"))).status).toBe("unchanged");
  });

  it("holds each content once, however many files and releases have it", async () => {
    const project = uniqueProject();
    for (const text of ["one", "two"]) await deploy(project, site(text));
    const inodes = ["current/same.css", "current/deep/copy.css", "previous/same.css"].map(
      (path) => statSync(on(project, path)).ino,
    );
    expect(new Set([...inodes, statSync(on(project, "contents", sha256("body{}\n".repeat(300)))).ino]).size).toBe(1);
    expect(statSync(on(project, "current/same.css.gz")).ino).toBe(statSync(on(project, "previous/same.css.gz")).ino);
  });

  it("shows nothing before all of it is there", async () => {
    const project = uniqueProject();
    await deploy(project, site("one"));
    const two = site("two");
    expect(await send(project, two, [two["app.js"] as string])).toEqual({
      project,
      release: expect.any(String),
      status: "incomplete",
      lacking: [sha256("<h1>two</h1>")],
    });
    expect(live(project, "index.html")).toBe("<h1>one</h1>");
    expect(readdirSync(on(project, "releases"))).toHaveLength(1);
    expect(await send(project, two, [two["index.html"] as string])).toMatchObject({ status: "updated" });
    expect(live(project, "app.js")).toBe(two["app.js"]);
  });

  it("leaves a file alone that has the name of another's compressed form", async () => {
    const project = uniqueProject();
    const files = { ...site("one"), "app.js.gz": "mine", "same.css.gz/a": "a folder of that name" };
    await deploy(project, files);
    expect(live(project, "app.js.gz")).toBe("mine");
    expect(live(project, "same.css.gz/a")).toBe("a folder of that name");
    expect(existsSync(on(project, "current/deep/copy.css.gz"))).toBe(true);
  });

  it("does not depend on the store, and asks again for what went missing there", async () => {
    const project = uniqueProject();
    await deploy(project, site("one"));
    rmSync(on(project, "contents"), { recursive: true });
    expect((await plan(project, site("two"))).lacking).toHaveLength(2);
    expect(await deploy(project, site("two"))).toMatchObject({ status: "updated" });
    rmSync(on(project, "contents"), { recursive: true });
    const third = { ...site("two"), "index.html": site("one")["index.html"] as string };
    expect((await plan(project, third)).lacking).toHaveLength(1);
    expect(await deploy(project, third)).toMatchObject({ status: "updated" });
  });

  it("says so when a release was damaged, which the whole site in one request puts right", async () => {
    const project = uniqueProject();
    await deploy(project, site("one"));
    unlinkSync(on(project, "current/same.css"));
    await expect(deploy(project, site("two"))).rejects.toMatchObject({
      code: "conflict",
      retryable: true,
      hint: expect.stringContaining("deploy_site"),
    });
    expect(live(project, "index.html")).toBe("<h1>one</h1>");
    const archive = archiveOf(site("two") as Record<string, string>);
    await withPostgres(db, (sql) => deploySite({ sql, host, caddy, project, archive }));
    expect(live(project, "same.css")).toBe(site("two")["same.css"]);
  });

  it("lets several in at once, one after the other", async () => {
    const project = uniqueProject();
    const texts = ["one", "two", "three"];
    const done = await Promise.all(texts.map((text) => deploy(project, site(text), { atOnce: 1 })));
    const current = done[texts.indexOf(/<h1>(.*)<\/h1>/.exec(live(project, "index.html"))?.[1] ?? "")];
    expect((await plan(project, site("one"))).currentRelease).toBe(current?.release);
    for (const { release } of done) expect(readdirSync(on(project, "releases", release))).toContain("same.css");
  });

  it.each(kills[transport])("that is killed %s any call leaves the site whole and goes on from there", async (when) => {
    for (let at = 1, killed: unknown = new Killed(); killed instanceof Killed; at += transport === "ssh" ? 9 : 3) {
      const project = uniqueProject();
      await deploy(project, site("one"));
      killed = await deploy(project, site("two"), { to: failingHost(host, at, when), atOnce: 1 }).catch(
        (error) => error,
      );
      const text = /<h1>(.*)<\/h1>/.exec(live(project, "index.html"))?.[1] as string;
      expect(["one", "two"]).toContain(text);
      expect(live(project, "app.js")).toBe(site(text)["app.js"]);
      await deploy(project, site("two"));
      for (const [path, content] of Object.entries(site("two"))) expect(live(project, path)).toBe(content);
      expect(readdirSync(on(project)).filter((name) => /partial|\.next$/.test(name))).toEqual([]);
      for (const name of readdirSync(on(project, "contents")).filter((one) => !one.includes(".")))
        expect(sha256(readFileSync(on(project, "contents", name)))).toBe(name);
    }
  });
});
