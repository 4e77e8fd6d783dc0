import { expect, it } from "vitest";
import { main as applyResource } from "../../../../f/infra/projects/apply_resource.ts";
import { main as deleteResource } from "../../../../f/infra/projects/delete_resource.ts";
import { main as dropResource } from "../../../../f/infra/projects/drop_resource.ts";
import { main as restoreRecord } from "../../../../f/infra/projects/restore_record.ts";
import { main as verifyDrop } from "../../../../f/infra/projects/verify_drop.ts";
import { main as verifyTakedown } from "../../../../f/infra/projects/verify_takedown.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectJobs } from "../../../support/project_jobs.ts";

const db = testDatabase();
projectJobs(db);

it("takes a project out of use kind by kind, back again, and away for good", async () => {
  const project = uniqueProject();
  const manifest = { name: project, template: "static" };
  for (const kind of ["project", "schema"]) await applyResource(manifest, kind, undefined, db);
  await expect(verifyTakedown(project, db)).rejects.toMatchObject({ code: "conflict" });
  for (const kind of ["project", "schema"]) {
    expect(await deleteResource(project, kind, db)).toEqual({ name: kind, status: "locked" });
  }
  expect(await verifyTakedown(project, db)).toMatchObject({ status: "deleted" });
  await expect(applyResource(manifest, "schema", undefined, db)).rejects.toMatchObject({ code: "conflict" });

  expect(await restoreRecord(project, db)).toEqual({
    ...{ project, of: project, environment: "production", status: "restored" },
  });
  await expect(dropResource(project, "schema", project, db)).rejects.toMatchObject({ status: 412 });
  expect(await applyResource(manifest, "schema", undefined, db)).toMatchObject({ status: "updated" });

  await deleteResource(project, "project", db);
  for (const { kind, confirm } of (await verifyDrop(project, project, db)).drops) {
    expect(await dropResource(project, kind, confirm, db)).toMatchObject({ name: kind, status: "dropped" });
  }
  expect(await verifyTakedown(project, db)).toMatchObject({ status: "absent" });
});
