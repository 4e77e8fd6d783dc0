import { describe, expect, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { type Ask, targetOf } from "../../../../f/lib/projects/target.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { provisionedProject } from "../../../support/provisioned_project.ts";

const db = testDatabase();
const target = (ask: Ask) => withPostgres(db, (sql) => targetOf(sql, ask));

describe("targetOf", () => {
  it("takes the name from the manifest, and null for what a form leaves empty", async () => {
    const manifest = { name: "shop", template: "static" };
    const wanted = { project: "shop", environment: { of: "shop", name: "production", preview: null } };
    expect(await target({ manifest, project: null, template: null, environment: null })).toMatchObject(wanted);
    expect(await target({ project: "shop" })).toEqual(await target({ manifest, project: "shop", template: "static" }));
  });

  it("fills in what a manifest on record lacks because an older run8n applied it", async () => {
    const { project } = await provisionedProject(db);
    const older = JSON.stringify({ name: project, template: "static", site: "site" });
    await withPostgres(db, (sql) =>
      sql.query("update run8n.project set manifest = $2 where name = $1", [project, older]),
    );
    const { manifest, before } = await target({ project });
    expect(manifest).toMatchObject({ domains: [], waitlist: true });
    expect(before).toEqual(manifest);
  });

  it("leaves an environment without the domains, which lead to production", async () => {
    const { project } = await provisionedProject(db);
    const manifest = { name: project, template: "static", domains: ["shop.example"] };
    expect(await target({ manifest })).toMatchObject({ manifest: { domains: ["shop.example"] } });
    expect(await target({ manifest, environment: "staging" })).toMatchObject({
      project: `${project}-staging`,
      manifest: { name: project, domains: [] },
      environment: { of: project, name: "staging" },
    });
  });

  it.each([
    ["another name in the manifest", { project: "shop", manifest: { name: "other", template: "static" } }, 400],
    ["no name at all", {}, 400],
    ["a manifest that is a text", { manifest: "{}" }, 400],
    ["a template that there is not", { project: "shop", template: "cobol" }, 400],
    ["two templates", { manifest: { name: "shop", template: "static" }, template: "other" }, 409],
    ["an environment of nothing", { project: uniqueProject(), environment: "staging" }, 412],
    ["an environment that is a path", { project: "shop", environment: "../x" }, 400],
  ])("refuses %s", async (_what, ask, status) => {
    await expect(target(ask)).rejects.toMatchObject({ status });
  });

  it("refuses an environment whose name another project has", async () => {
    const { project } = await provisionedProject(db);
    await provisionedProject(db, `${project}-staging`);
    await expect(target({ project, environment: "staging" })).rejects.toMatchObject({ status: 409 });
  });
});
