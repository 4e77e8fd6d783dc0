import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { main as deploySite } from "../../../../f/infra/sites/deploy_site.ts";
import { main as ensureSite } from "../../../../f/infra/sites/ensure_site.ts";
import { type Host, withHost } from "../../../../f/lib/host/host.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { ensureSite as ensureSiteFrom } from "../../../../f/lib/sites/starter.ts";
import { archiveOf } from "../../../support/archives.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { failingHost, Killed } from "../../../support/failing_host.ts";
import { testHosts } from "../../../support/hosts.ts";

const db = testDatabase();
const { caddy } = inject("services");
const starters = { tiny: { "index.html": "<h1>starter ü</h1>", "css/a.css": "a{}" } };

describe.each(testHosts("local"))("ensure_site over $transport", ({ value }) => {
  const page = (project: string) => readFileSync(join(value.root, project, "current/index.html"), "utf8");

  it("publishes the template's starter once", async () => {
    const project = uniqueProject();
    const first = await ensureSite(project, "static", value, db);
    expect(first).toMatchObject({ project, release: expect.any(String), previousRelease: null, status: "created" });
    expect(page(project)).toMatch(/^<!doctype html>/i);
    expect(await ensureSite(project, "static", value, db)).toEqual({ ...first, status: "unchanged" });
  });

  it("never replaces a site that is there", async () => {
    const project = uniqueProject();
    await deploySite(project, archiveOf({ "index.html": "mine" }), value, db, caddy);
    expect(await ensureSite(project, "static", value, db)).toMatchObject({
      files: 1,
      sizeBytes: 4,
      status: "unchanged",
    });
    expect(page(project)).toBe("mine");
  });

  it("never replaces something it does not know", async () => {
    const project = uniqueProject();
    mkdirSync(join(value.root, project, "legacy"), { recursive: true });
    symlinkSync("legacy", join(value.root, project, "current"));
    await expect(ensureSite(project, "static", value, db)).rejects.toMatchObject({
      code: "precondition_failed",
      status: 412,
    });
    expect(await deploySite(project, archiveOf({ "index.html": "mine" }), value, db, caddy)).toMatchObject({
      status: "created",
    });
    expect(page(project)).toBe("mine");
  });

  it("sets right what a killed call left", async () => {
    await withPostgres(db, (sql) =>
      withHost(value, async (host) => {
        for (let at = 1; ; at++) {
          const project = uniqueProject();
          const ensure = (on: Host) => ensureSiteFrom({ sql, project, template: "tiny", starters, host: on });
          const killed = await ensure(failingHost(host, at, "midway")).catch((error) => error);
          if (!(killed instanceof Killed)) break;
          expect(["created", "unchanged"]).toContain((await ensure(host)).status);
          expect(page(project)).toBe("<h1>starter ü</h1>");
        }
      }),
    );
  });

  it.each([
    ["an unknown template", "nope"],
    ["a template that every object has", "constructor"],
    ["a path", "../static"],
    ["nothing", ""],
    ["null", null as unknown as string],
  ])("refuses %s", async (_, template) => {
    const project = uniqueProject();
    await expect(ensureSite(project, template, value, db)).rejects.toMatchObject({
      code: "invalid_input",
      details: { argument: "template" },
      hint: expect.any(String),
    });
  });
});
