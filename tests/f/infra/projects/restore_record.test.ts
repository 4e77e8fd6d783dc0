import { expect, it } from "vitest";
import { main as deleteResource } from "../../../../f/infra/projects/delete_resource.ts";
import { main as getProject } from "../../../../f/infra/projects/get_project.ts";
import { main as restoreRecord } from "../../../../f/infra/projects/restore_record.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectJobs } from "../../../support/project_jobs.ts";
import { provisionedProject } from "../../../support/provisioned_project.ts";

const db = testDatabase();
projectJobs(db);

it("takes the mark of deletion off, once, and knows no project that was never made", async () => {
  const { project } = await provisionedProject(db);
  await deleteResource(project, "project", db);
  expect(await getProject(project, db)).toMatchObject({ status: "deleted", dropAt: expect.any(String) });
  expect(await restoreRecord(project, db)).toMatchObject({ status: "restored" });
  expect(await restoreRecord(project, db)).toMatchObject({ status: "unchanged" });
  expect(await getProject(project, db)).toMatchObject({ status: "provisioning", deletedAt: null, dropAt: null });
  await expect(restoreRecord(uniqueProject(), db)).rejects.toMatchObject({ status: 404 });
});
