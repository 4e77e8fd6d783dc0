import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { main as deploySite } from "../../../../f/infra/sites/deploy_site.ts";
import { main as listReleases } from "../../../../f/infra/sites/list_releases.ts";
import { archiveOf } from "../../../support/archives.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { testHosts } from "../../../support/hosts.ts";

const db = testDatabase();
const { caddy } = inject("services");

describe.each(testHosts("local"))("list_releases over $transport", ({ value }) => {
  it("lists releases newest first, with what is live", async () => {
    const project = uniqueProject();
    expect(await listReleases(project, value, caddy)).toEqual({ items: [] });
    const started = new Date().toISOString();
    const ids: string[] = [];
    for (const text of ["a", "bb", "ccc"]) {
      ids.push((await deploySite(project, archiveOf({ "index.html": text }), value, db, caddy)).release);
    }
    const { items } = await listReleases(project, value, caddy);
    const preview = (id = "") => `http://${id}--${project}.apps.localhost:${caddy.port}`;
    expect(items).toEqual([
      {
        release: ids[2],
        state: "current",
        createdAt: expect.any(String),
        by: "local",
        files: 1,
        sizeBytes: 3,
        previewUrl: preview(ids[2]),
      },
      {
        release: ids[1],
        state: "previous",
        createdAt: expect.any(String),
        by: "local",
        files: 1,
        sizeBytes: 2,
        previewUrl: preview(ids[1]),
      },
      {
        release: ids[0],
        state: "kept",
        createdAt: expect.any(String),
        by: "local",
        files: 1,
        sizeBytes: 1,
        previewUrl: preview(ids[0]),
      },
    ]);
    for (const { createdAt } of items) expect(createdAt >= started && createdAt <= new Date().toISOString()).toBe(true);
  });

  it("does not list what is no release, or of which nothing is known", async () => {
    const project = uniqueProject();
    const { release } = await deploySite(project, archiveOf({ "index.html": "a" }), value, db, caddy);
    mkdirSync(join(value.root, project, "releases/not-a-release"));
    mkdirSync(join(value.root, project, "releases/0123456789abcdef"));
    mkdirSync(join(value.root, project, "releases/fedcba9876543210"));
    writeFileSync(join(value.root, project, "meta/fedcba9876543210.json"), "{ not json");
    expect((await listReleases(project, value, caddy)).items).toMatchObject([{ release }]);
  });

  it.each(["Shop", "../shop", "", "shop/current"])("refuses %j as a project", async (name) => {
    await expect(listReleases(name, value, caddy)).rejects.toMatchObject({
      code: "invalid_input",
      details: { argument: "project" },
    });
  });
});
