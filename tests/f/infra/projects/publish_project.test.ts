import { describe, expect, it } from "vitest";
import { main as applyResource } from "../../../../f/infra/projects/apply_resource.ts";
import { main as getProject } from "../../../../f/infra/projects/get_project.ts";
import { main as publishProject } from "../../../../f/infra/projects/publish_project.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectJobs } from "../../../support/project_jobs.ts";

const db = testDatabase();
projectJobs(db);
const manifest = () => ({ name: uniqueProject(), template: "static", waitlist: false });

describe("publish_project", () => {
  it("sets a project live once all of it stands, and says afterwards whether a step changed anything", async () => {
    const wanted = manifest();
    const project = wanted.name;
    const publish = (status: string) => publishProject(wanted, [{ name: "schema", status }], undefined, undefined, db);
    await applyResource(wanted, "project", undefined, db);
    await expect(publish("created")).rejects.toMatchObject({ code: "conflict" });
    for (const kind of ["schema", "site", "routes"]) await applyResource(wanted, kind, undefined, db);
    expect(await publish("created")).toMatchObject({ project, status: "created" });
    expect(await getProject(project, db)).toMatchObject({ status: "live", secondsToLive: expect.any(Number) });
    expect(await publish("unchanged")).toMatchObject({ project, status: "unchanged" });
    expect(await publish("updated")).toMatchObject({ project, status: "updated" });
  });

  it("refuses a project without a record, and a manifest that is none", async () => {
    await expect(publishProject(manifest(), [], undefined, undefined, db)).rejects.toMatchObject({ status: 404 });
    await expect(publishProject({}, [], undefined, undefined, db)).rejects.toMatchObject({ status: 400 });
  });
});
