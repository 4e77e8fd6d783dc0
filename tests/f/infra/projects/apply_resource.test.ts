import { expect, it } from "vitest";
import { main as applyResource } from "../../../../f/infra/projects/apply_resource.ts";
import { main as planProject } from "../../../../f/infra/projects/plan_project.ts";
import { main as verifyPlan } from "../../../../f/infra/projects/verify_plan.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectJobs } from "../../../support/project_jobs.ts";

const db = testDatabase();
projectJobs(db);
const none = null as never;

it("makes one kind of resource after the other until the plan is empty, and takes null for what is left empty", async () => {
  const { manifest, steps, hash } = await verifyPlan(uniqueProject(), none, none, none, none, db);
  for (const { kind } of steps) {
    expect(await applyResource(manifest, kind, none, db)).toEqual({ name: kind, status: "created" });
    expect(await applyResource(manifest, kind, none, db)).toEqual({ name: kind, status: "unchanged" });
  }
  const left = await planProject(none, manifest, none, none, db);
  expect(left).toMatchObject({ steps: [], changes: [{ kind: "manifest" }] });
  expect(left.hash).not.toBe(hash);
});

it("refuses a kind that there is not, and names those there are", async () => {
  const manifest = { name: uniqueProject(), template: "static" };
  await expect(applyResource(manifest, "universe", none, db)).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining("schema"),
  });
});
