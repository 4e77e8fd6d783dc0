import { expect, it } from "vitest";
import { main as deleteResources } from "../../../../f/infra/projects/delete_resources.ts";
import { main as dropResources } from "../../../../f/infra/projects/drop_resources.ts";
import { main as getProject } from "../../../../f/infra/projects/get_project.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectJobs } from "../../../support/project_jobs.ts";

const db = testDatabase();
const { make } = projectJobs(db);

it("drops only a deleted project, with its name as confirmation, and says what was kept of it", async () => {
  const project = uniqueProject();
  await make({ manifest: { name: project, template: "static" } }, "project", "schema");
  await expect(dropResources(project, project, db)).rejects.toMatchObject({ details: { status: "provisioning" } });
  await deleteResources(project, db);
  for (const confirm of ["", "yes", `${project} `, null as never]) {
    await expect(dropResources(project, confirm, db)).rejects.toMatchObject({ status: 412 });
  }
  expect(await getProject(project, db)).toMatchObject({ status: "deleted" });
  const dropped = await dropResources(project, project, db);
  expect(dropped).toMatchObject({ project, status: "absent" });
  expect(dropped.kept).toMatchObject([{ project, kind: "schema" }]);
  expect(await dropResources(project, project, db)).toMatchObject({ status: "absent", kept: [] });
});
