import { describe, expect, inject, it } from "vitest";
import { main as deployFiles } from "../../../../f/infra/sites/deploy_files.ts";
import { main as diffReleases } from "../../../../f/infra/sites/diff_releases.ts";
import { main as rollbackSite } from "../../../../f/infra/sites/rollback_site.ts";
import type { SiteSettings } from "../../../../f/lib/sites/sites_settings.ts";
import { batchOf, type Files, listing } from "../../../support/batches.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { testHosts } from "../../../support/hosts.ts";

const db = testDatabase();
const { caddy } = inject("services");

describe.each(testHosts("local"))("diff_releases over $transport", ({ value }) => {
  const deploy = (project: string, files: Files, settings: SiteSettings = {}) =>
    deployFiles(project, batchOf(listing(files, settings), Object.values(files)), value, db, caddy);
  const one = { "index.html": "one", "same.css": "a{}", "gone.js": "x", "b/moved.js": "moved" };
  const two = { "index.html": "three", "same.css": "a{}", "new.js": "xy", "c/moved.js": "moved" };

  it("says what the current release has otherwise than the one before, and the other way round after a rollback", async () => {
    const project = uniqueProject();
    const first = await deploy(project, one);
    const second = await deploy(project, two, { spa: true });
    expect(await diffReleases(project, undefined, undefined, value)).toEqual({
      project,
      from: first.release,
      to: second.release,
      items: [
        { path: "b/moved.js", change: "removed", sizeBytes: 5 },
        { path: "c/moved.js", change: "added", sizeBytes: 5 },
        { path: "gone.js", change: "removed", sizeBytes: 1 },
        { path: "index.html", change: "changed", sizeBytes: 5 },
        { path: "new.js", change: "added", sizeBytes: 2 },
      ],
      added: 2,
      changed: 1,
      removed: 2,
      unchanged: 1,
      settingsChanged: true,
    });
    await rollbackSite(project, undefined, value, db, caddy);
    const back = await diffReleases(project, undefined, undefined, value);
    expect(back).toMatchObject({ from: second.release, to: first.release, added: 2, changed: 1, removed: 2 });
    const same = await diffReleases(project, first.release, first.release, value);
    expect(same).toMatchObject({ items: [], unchanged: 4, settingsChanged: false });
  });

  it("says that there is nothing to compare", async () => {
    const project = uniqueProject();
    const nothing = { code: "not_found", hint: expect.any(String) };
    await expect(diffReleases(project, undefined, undefined, value)).rejects.toMatchObject(nothing);
    const { release } = await deploy(project, one);
    await expect(diffReleases(project, undefined, undefined, value)).rejects.toMatchObject(nothing);
    await expect(diffReleases(project, release, "0123456789abcdef", value)).rejects.toMatchObject(nothing);
  });

  it.each([
    ["a project that is a path", "../shop", undefined, "project"],
    ["a release that is a path", "shop", "../../etc/passwd", "release"],
    ["a secret's path as a release", "shop", "$var:f/infra/tok", "release"],
  ])("refuses %s", async (_, project, from, argument) => {
    await expect(diffReleases(project, from, undefined, value)).rejects.toMatchObject({
      code: "invalid_input",
      details: { argument },
    });
  });
});
