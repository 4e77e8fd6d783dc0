import { describe, expect, inject, it } from "vitest";
import { main as ensureProject } from "../../../../f/infra/projects/ensure_project.ts";
import { main as getProject } from "../../../../f/infra/projects/get_project.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";

const db = testDatabase();
const jobs = jobsEngine();
const { caddy } = inject("services");

describe("ensure_project", () => {
  it("puts a project on record and its origins into Windmill, once", async () => {
    const project = uniqueProject();
    const { url, folder } = await ensureProject(project, undefined, db, caddy);
    expect(await getProject(project, db)).toMatchObject({ project, url, template: "static", status: "provisioning" });
    const settings = await jobs.engine.api(`/w/{w}/resources/get/${folder}/project`);
    expect(await settings.json()).toMatchObject({
      resource_type: "run8n_project",
      value: { name: project, origins: [url] },
    });
    expect(await ensureProject(project, undefined, db, caddy)).toMatchObject({ status: "unchanged" });
  });
});
