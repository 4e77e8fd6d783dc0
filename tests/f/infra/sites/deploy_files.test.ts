import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { main as deployFiles } from "../../../../f/infra/sites/deploy_files.ts";
import { main as listReleases } from "../../../../f/infra/sites/list_releases.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { batchOf, listing } from "../../../support/batches.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { testHosts } from "../../../support/hosts.ts";

const db = testDatabase();
const { caddy } = inject("services");
const files = { "index.html": "<h1>hi</h1>", "css/a.css": "a{}" };
const all = listing(files);

describe.each(testHosts("local"))("deploy_files over $transport", ({ value }) => {
  it("publishes a site once all of its contents came", async () => {
    const project = uniqueProject();
    const first = await deployFiles(project, batchOf(all, [files["index.html"]]), value, db, caddy);
    expect(first).toEqual({
      project,
      release: expect.any(String),
      status: "incomplete",
      lacking: [all.entries[1]?.sha256],
    });
    expect((await listReleases(project, value, caddy)).items).toEqual([]);
    const done = await deployFiles(project, batchOf(all, [files["css/a.css"]]), value, db, caddy);
    expect(done).toEqual({
      project,
      release: first.release,
      previousRelease: null,
      files: 2,
      sizeBytes: 14,
      previewUrl: expect.any(String),
      status: "created",
    });
    expect(readFileSync(join(value.root, project, "current/css/a.css"), "utf8")).toBe("a{}");
    expect(await deployFiles(project, batchOf(all, []), value, db, caddy)).toEqual({ ...done, status: "unchanged" });
  });

  it("records each upload, without its contents", async () => {
    const project = uniqueProject();
    const { release } = await deployFiles(project, batchOf(all, []), value, db, caddy);
    const { rows } = await withPostgres(db, (sql) =>
      sql.query("select verb, arguments, result from run8n.operation where project = $1", [project]),
    );
    expect(rows).toEqual([
      {
        verb: "infra/sites/deploy_files",
        arguments: { project, release, files: 2, sizeBytes: 14, contents: 0 },
        result: { project, release, status: "incomplete", lackingContents: 2 },
      },
    ]);
  });

  it.each([
    ["an empty project name", "", batchOf(all, [])],
    ["a project name that is a path", "../shop", batchOf(all, [])],
    ["no upload", "shop", ""],
    ["a secret's path instead of an upload", "shop", "$var:f/infra/token"],
    ["a listing that leaves the site", "shop", batchOf(listing({ ...files, "../evil": "x" }), ["x"])],
  ])("refuses %s and writes nothing", async (_, project, batch) => {
    await expect(deployFiles(project, batch, value, db, caddy)).rejects.toMatchObject({
      code: "invalid_input",
      status: 400,
      hint: expect.any(String),
    });
    expect((await listReleases("shop", value, caddy)).items).toEqual([]);
  });
});
