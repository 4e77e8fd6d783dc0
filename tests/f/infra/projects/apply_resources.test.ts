import { describe, expect, it } from "vitest";
import { main as applyResources } from "../../../../f/infra/projects/apply_resources.ts";
import { main as getProject } from "../../../../f/infra/projects/get_project.ts";
import { main as planProject } from "../../../../f/infra/projects/plan_project.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectJobs } from "../../../support/project_jobs.ts";

const db = testDatabase();
projectJobs(db);
const none = null as never;
const manifest = () => ({ name: uniqueProject(), template: "static", waitlist: false });

describe("apply_resources", () => {
  it("makes all that a project lacks and sets it live, takes null for what is left empty, and does nothing again", async () => {
    const wanted = manifest();
    const project = wanted.name;
    const made = await applyResources(none, wanted, none, none, none, db);
    expect(made).toMatchObject({ project, status: "created", secondsToLive: expect.any(Number) });
    expect(made.steps).toEqual(["project", "schema", "site", "routes"].map((name) => ({ name, status: "created" })));
    expect(await getProject(project, db)).toMatchObject({ status: "live" });
    expect(await planProject(project, none, none, none, db)).toMatchObject({ status: "empty" });
    expect(await applyResources(project, none, none, none, none, db)).toMatchObject({ status: "unchanged", steps: [] });
  });

  it("lets exactly the plan through that was looked at", async () => {
    const wanted = manifest();
    const { hash } = await planProject(none, wanted, none, none, db);
    await expect(applyResources(none, { ...wanted, waitlist: true }, none, none, hash, db)).rejects.toMatchObject({
      code: "precondition_failed",
      message: expect.stringContaining("stale"),
    });
    expect(await applyResources(none, wanted, none, none, hash, db)).toMatchObject({ status: "created" });
  });

  it("refuses a manifest that is none", async () => {
    await expect(applyResources(none, {}, none, none, none, db)).rejects.toMatchObject({ status: 400 });
  });
});
