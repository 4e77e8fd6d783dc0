import { expect, it } from "vitest";
import { main as checkDrift } from "../../../../f/infra/projects/check_drift.ts";
import { main as reconcileProject } from "../../../../f/infra/projects/reconcile_project.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectJobs } from "../../../support/project_jobs.ts";

const db = testDatabase();
const { make } = projectJobs(db);

it("only plans unless told otherwise, also for a form that leaves the choice empty", async () => {
  const name = uniqueProject();
  await make({ manifest: { name, template: "static" } }, "project");
  for (const dryRun of [undefined, null as never, true]) {
    expect(await reconcileProject(name, dryRun, db)).toMatchObject({ status: "planned", steps: [] });
  }
  expect(await reconcileProject(name, false, db)).toMatchObject({ status: "updated" });
  expect((await checkDrift(name, db)).items).toMatchObject([{ status: "matches" }]);
});
