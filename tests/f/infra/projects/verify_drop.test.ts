import { expect, it } from "vitest";
import { main as deleteResource } from "../../../../f/infra/projects/delete_resource.ts";
import { main as verifyDrop } from "../../../../f/infra/projects/verify_drop.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectJobs } from "../../../support/project_jobs.ts";
import { provisionedProject } from "../../../support/provisioned_project.ts";

const db = testDatabase();
projectJobs(db);

it("lets only a deleted project be dropped, its record last", async () => {
  const { project } = await provisionedProject(db);
  await expect(verifyDrop(project, project, db)).rejects.toMatchObject({ status: 412 });
  await deleteResource(project, "project", db);
  await expect(verifyDrop(project, "other", db)).rejects.toMatchObject({ status: 412 });
  const { drops } = await verifyDrop(project, project, db);
  expect(drops.at(-1)).toEqual({ project, kind: "project", confirm: project });
});

it("has nothing to drop of a project that was never made", async () => {
  const project = uniqueProject();
  expect(await verifyDrop(project, project, db)).toEqual({ project, drops: [] });
});
