import { expect, it } from "vitest";
import { main as applyResources } from "../../../../f/infra/projects/apply_resources.ts";
import { main as deleteResources } from "../../../../f/infra/projects/delete_resources.ts";
import { main as getProject } from "../../../../f/infra/projects/get_project.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectJobs } from "../../../support/project_jobs.ts";

const db = testDatabase();
const { make, jobs } = projectJobs(db);

it("takes a project out of use, once, and keeps it from being applied", async () => {
  const project = uniqueProject();
  const manifest = { name: project, template: "static" };
  await make({ manifest }, "project", "schema");
  expect(await deleteResources(project, db)).toMatchObject({ project, status: "deleted", dropAt: expect.any(String) });
  const { deletedAt } = await getProject(project, db);
  expect(await deleteResources(project, db)).toMatchObject({ status: "deleted", deletedAt });
  await expect(applyResources(undefined, manifest, undefined, undefined, undefined, db)).rejects.toMatchObject({
    code: "conflict",
  });
});

it("has nothing to do for a project that was never made", async () => {
  expect(await deleteResources(uniqueProject(), db)).toMatchObject({ status: "absent", deletedAt: null, dropAt: null });
});

it("says so when something is left that no record speaks for", async () => {
  const project = uniqueProject();
  const name = `project_${project}`;
  await jobs.engine.create("folders", { name });
  await expect(deleteResources(project, db)).rejects.toMatchObject({
    code: "conflict",
    details: { left: [{ project, kind: "project", what: `Windmill folder f/${name}` }] },
  });
});
