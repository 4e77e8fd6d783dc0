import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { main as deploySite } from "../../../../f/infra/sites/deploy_site.ts";
import { main as rollbackSite } from "../../../../f/infra/sites/rollback_site.ts";
import { type Host, withHost } from "../../../../f/lib/host/host.ts";
import { type Sql, withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { deploySite as deployOn } from "../../../../f/lib/sites/deploy.ts";
import { rollbackSite as rollbackOn } from "../../../../f/lib/sites/rollback.ts";
import { archiveOf } from "../../../support/archives.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { failingHost, Killed } from "../../../support/failing_host.ts";
import { testHosts } from "../../../support/hosts.ts";

const db = testDatabase();
const { caddy } = inject("services");

describe.each(testHosts())("rollback_site over $transport", ({ value }) => {
  let project: string;
  let releases: string[];
  beforeAll(async () => {
    project = uniqueProject();
    releases = await deployAll(project);
  });
  async function deployAll(name: string, on?: { sql: Sql; host: Host }): Promise<string[]> {
    const ids: string[] = [];
    for (const text of ["one", "two", "three"]) {
      const archive = archiveOf({ "index.html": text });
      const deploy = on
        ? deployOn({ ...on, caddy, project: name, archive })
        : deploySite(name, archive, value, db, caddy);
      ids.push((await deploy).release);
    }
    return ids;
  }
  const page = (name: string) => readFileSync(join(value.root, name, "current/index.html"), "utf8");

  it("returns to the release before, and from there back again", async () => {
    const [, two, three] = releases as [string, string, string];
    const back = await rollbackSite(project, undefined, value, db, caddy);
    expect(back).toEqual({
      project,
      release: two,
      previousRelease: three,
      files: 1,
      sizeBytes: 3,
      previewUrl: expect.stringContaining(`//${two}--${project}.`),
      status: "updated",
    });
    expect(page(project)).toBe("two");
    const empty = null as unknown as undefined;
    expect(await rollbackSite(project, empty, value, db, caddy)).toMatchObject({
      release: three,
      previousRelease: two,
    });
    expect(page(project)).toBe("three");
  });

  it("returns to a named release, however often it is called", async () => {
    const [one] = releases as [string];
    expect(await rollbackSite(project, one, value, db, caddy)).toMatchObject({ release: one, status: "updated" });
    const again = await rollbackSite(project, one, value, db, caddy);
    expect(again).toMatchObject({ release: one, previousRelease: releases[2], status: "unchanged" });
    expect(page(project)).toBe("one");
  });

  it("to a named release is finished by the next call when it is killed", async () => {
    await withPostgres(db, (sql) =>
      withHost(value, async (host) => {
        for (let at = 1; ; at++) {
          const name = uniqueProject();
          const [one, , three] = await deployAll(name, { sql, host });
          const rollback = (on: Host) => rollbackOn({ sql, host: on, caddy, project: name, release: one });
          const killed = await rollback(failingHost(host, at, "after")).catch((error) => error);
          expect(["one", "three"]).toContain(page(name));
          if (!(killed instanceof Killed)) break;
          expect(await rollback(host)).toMatchObject({ release: one, previousRelease: three });
          expect(page(name)).toBe("one");
        }
      }),
    );
  });

  it("without a name does not get lost when both links are on one release", async () => {
    const name = uniqueProject();
    const [, two, three] = await deployAll(name);
    await withHost(value, (host) => host.replaceLink(`${name}/previous`, `releases/${three}`));
    expect(await rollbackSite(name, undefined, value, db, caddy)).toMatchObject({
      release: two,
      previousRelease: three,
    });
  });

  it.each([
    ["a release that is not there", "0123456789abcdef", "not_found"],
    ["a path", "../../../etc", "invalid_input"],
    ["upper case", "0123456789ABCDEF", "invalid_input"],
    ["nothing", "", "invalid_input"],
    ["a secret's path", "$var:f/infra/tok", "invalid_input"],
  ])("refuses %s", async (_, release, code) => {
    const before = page(project);
    await expect(rollbackSite(project, release, value, db, caddy)).rejects.toMatchObject({
      code,
      hint: expect.any(String),
    });
    expect(page(project)).toBe(before);
  });

  it("says that there is nothing to return to", async () => {
    const name = uniqueProject();
    const nothing = { code: "not_found", status: 404, hint: expect.any(String) };
    await expect(rollbackSite(name, undefined, value, db, caddy)).rejects.toMatchObject(nothing);
    await deploySite(name, archiveOf({ "index.html": "only" }), value, db, caddy);
    await expect(rollbackSite(name, undefined, value, db, caddy)).rejects.toMatchObject(nothing);
    expect(page(name)).toBe("only");
  });

  it.each(["Shop", "../shop", "", "windmill"])("refuses %j as a project", async (name) => {
    await expect(rollbackSite(name, undefined, value, db, caddy)).rejects.toMatchObject({ code: "invalid_input" });
  });
});
