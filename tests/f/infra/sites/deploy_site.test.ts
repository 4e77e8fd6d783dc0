import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { main as deploySite } from "../../../../f/infra/sites/deploy_site.ts";
import { main as listReleases } from "../../../../f/infra/sites/list_releases.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { archiveOf } from "../../../support/archives.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { testHosts } from "../../../support/hosts.ts";

const db = testDatabase();
const { caddy } = inject("services");
const site = archiveOf({ "./index.html": "<h1>hi</h1>", "./css/a.css": "a{}" });

describe.each(testHosts("local"))("deploy_site over $transport", ({ value }) => {
  it("publishes a packed site", async () => {
    const project = uniqueProject();
    const done = await deploySite(project, site, value, db, caddy);
    expect(done).toEqual({
      project,
      release: expect.any(String),
      previousRelease: null,
      files: 2,
      sizeBytes: 14,
      previewUrl: expect.any(String),
      status: "created",
    });
    expect(readFileSync(join(value.root, project, "current/css/a.css"), "utf8")).toBe("a{}");
    expect((await listReleases(project, value, caddy)).items).toMatchObject([
      { release: done.release, state: "current", by: "local" },
    ]);
  });

  it("records what was published, without the archive", async () => {
    const project = uniqueProject();
    const { release } = await deploySite(project, site, value, db, caddy);
    const { rows } = await withPostgres(db, (sql) =>
      sql.query("select * from run8n.operation where project = $1", [project]),
    );
    expect(rows).toMatchObject([
      {
        verb: "infra/sites/deploy_site",
        status: "succeeded",
        arguments: { project, files: 2, sizeBytes: 14 },
        result: { release },
      },
    ]);
    expect(JSON.stringify(rows).length).toBeLessThan(2000);
  });

  it.each([
    ["an empty project name", "", site],
    ["a project name that is a path", "../shop", site],
    ["a project name in upper case", "Shop", site],
    ["a project name of another alphabet", "shоp", site],
    ["a reserved project name", "postgres", site],
    ["no archive", "shop", ""],
    ["a path instead of an archive", "shop", "/etc/passwd"],
    ["a secret's path instead of an archive", "shop", "$var:f/infra/token"],
    ["an archive that leaves the site", "shop", archiveOf({ "index.html": "", "../../evil": "" })],
  ])("refuses %s and writes nothing", async (_, project, archive) => {
    await expect(deploySite(project, archive, value, db, caddy)).rejects.toMatchObject({
      code: "invalid_input",
      status: 400,
      hint: expect.any(String),
    });
    expect((await listReleases("shop", value, caddy)).items).toEqual([]);
  });
});
