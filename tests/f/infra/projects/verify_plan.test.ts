import { expect, it } from "vitest";
import { main as planProject } from "../../../../f/infra/projects/plan_project.ts";
import { main as verifyPlan } from "../../../../f/infra/projects/verify_plan.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectJobs } from "../../../support/project_jobs.ts";

const db = testDatabase();
projectJobs(db);

it("lets exactly the plan through that was looked at", async () => {
  const project = uniqueProject();
  const none = undefined;
  const plan = await planProject(project, none, none, none, db);
  expect(await verifyPlan(project, none, none, none, plan.hash, db)).toEqual(plan);
  const other = { name: project, template: "static", waitlist: false };
  await expect(verifyPlan(none, other, none, none, plan.hash, db)).rejects.toMatchObject({
    code: "precondition_failed",
    message: expect.stringContaining("stale"),
  });
});
