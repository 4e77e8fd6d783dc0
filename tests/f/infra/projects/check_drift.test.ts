import { expect, it } from "vitest";
import { main as applyResource } from "../../../../f/infra/projects/apply_resource.ts";
import { main as checkDrift } from "../../../../f/infra/projects/check_drift.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectJobs } from "../../../support/project_jobs.ts";

const db = testDatabase();
projectJobs(db);

it("reports what is not there yet of a project on record", async () => {
  const name = uniqueProject();
  expect(await checkDrift(undefined, db)).toEqual({ items: [] });
  await applyResource({ name, template: "static" }, "project", undefined, db);
  const { items } = await checkDrift(null as never, db);
  expect(items).toMatchObject([{ project: name, environment: "production", status: "drifted" }]);
  expect(items[0]?.kinds.map(({ kind, status }) => [kind, status])).toContainEqual(["schema", "drifted"]);
});
