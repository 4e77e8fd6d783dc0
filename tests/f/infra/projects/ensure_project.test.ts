import { describe, expect, inject, it } from "vitest";
import { main as ensureProject } from "../../../../f/infra/projects/ensure_project.ts";
import { main as getProject } from "../../../../f/infra/projects/get_project.ts";
import { main as listProjects } from "../../../../f/infra/projects/list_projects.ts";
import { main as publishProject } from "../../../../f/infra/projects/publish_project.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";

const db = testDatabase();
const jobs = jobsEngine();
const { caddy } = inject("services");

describe("ensure_project, publish_project, get_project, list_projects", () => {
  it("take a project from its record to live, and show it", async () => {
    const project = uniqueProject();
    const { url, folder } = await ensureProject(project, undefined, db, caddy);
    expect(await getProject(project, db)).toMatchObject({ project, url, template: "static", status: "provisioning" });
    const settings = await jobs.engine.api(`/w/{w}/resources/get/${folder}/project`);
    expect(await settings.json()).toMatchObject({
      resource_type: "run8n_project",
      value: { name: project, origins: [url] },
    });
    const steps = [{ name: "project", status: "created" }];
    expect(await publishProject(project, steps, db)).toEqual({ project, url, status: "created" });
    expect((await listProjects(undefined, undefined, db)).items).toEqual([await getProject(project, db)]);
    expect(await getProject(project, db)).toMatchObject({ status: "live", secondsToLive: expect.any(Number) });
    expect(await ensureProject(project, undefined, db, caddy)).toMatchObject({ status: "unchanged" });
  });

  it("knows nothing of a project that was never made", async () => {
    await expect(getProject(uniqueProject(), db)).rejects.toMatchObject({ code: "not_found", status: 404 });
  });
});
