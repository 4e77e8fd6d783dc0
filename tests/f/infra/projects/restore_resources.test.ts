import { expect, it } from "vitest";
import { main as deleteResources } from "../../../../f/infra/projects/delete_resources.ts";
import { main as getProject } from "../../../../f/infra/projects/get_project.ts";
import { main as restoreResources } from "../../../../f/infra/projects/restore_resources.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectJobs } from "../../../support/project_jobs.ts";

const db = testDatabase();
const { make } = projectJobs(db);

it("takes the mark of deletion off and opens what was locked, once, and knows no project that was never made", async () => {
  const project = uniqueProject();
  await make({ manifest: { name: project, template: "static", waitlist: false } }, "project", "schema");
  await deleteResources(project, db);
  expect((await restoreResources(project, db)).steps).toContainEqual({ name: "schema", status: "updated" });
  expect(await getProject(project, db)).toMatchObject({ status: "live", deletedAt: null, dropAt: null });
  expect(await restoreResources(project, db)).toMatchObject({ status: "unchanged", steps: [] });
  await expect(restoreResources(uniqueProject(), db)).rejects.toMatchObject({ status: 404 });
});
