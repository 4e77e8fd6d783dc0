import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { main as deploySite } from "../../../../f/infra/sites/deploy_site.ts";
import { main as planDeploy } from "../../../../f/infra/sites/plan_deploy.ts";
import { archiveOf } from "../../../support/archives.ts";
import { listing } from "../../../support/batches.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { testHosts } from "../../../support/hosts.ts";

const db = testDatabase();
const { caddy } = inject("services");
const files = { "index.html": "<h1>hi</h1>", "a.css": "a{}" };

describe.each(testHosts("local"))("plan_deploy over $transport", ({ value }) => {
  it("says what would have to be sent, and changes nothing", async () => {
    const project = uniqueProject();
    const { entries } = listing(files);
    expect(await planDeploy(project, { entries }, value)).toEqual({
      project,
      release: expect.stringMatching(/^[0-9a-f]{16}$/),
      currentRelease: null,
      status: "lacking",
      files: 2,
      sizeBytes: 14,
      lacking: entries.map(({ sha256 }) => sha256),
      lackingBytes: 14,
    });
    expect(existsSync(join(value.root, project))).toBe(false);
    const { release } = await deploySite(project, archiveOf(files), value, db, caddy);
    expect(await planDeploy(project, { entries }, value)).toMatchObject({ release, status: "unchanged", lacking: [] });
    expect(await planDeploy(project, { entries, settings: { spa: true } }, value)).toMatchObject({ status: "ready" });
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["a text", "index.html"],
    ["a secret's path", "$var:f/infra/token"],
  ])("refuses %s as a listing", async (_, value_) => {
    await expect(planDeploy("shop", value_ as { entries: [] }, value)).rejects.toMatchObject({
      code: "invalid_input",
      details: { argument: "listing" },
    });
  });

  it.each(["Shop", "../shop", "", "postgres"])("refuses %j as a project", async (name) => {
    await expect(planDeploy(name, listing(files), value)).rejects.toMatchObject({
      code: "invalid_input",
      details: { argument: "project" },
    });
  });
});
