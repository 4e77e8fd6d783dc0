import { expect, it } from "vitest";
import { main as checkDrift } from "../../../../f/infra/projects/check_drift.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectJobs } from "../../../support/project_jobs.ts";

const db = testDatabase();
const { make } = projectJobs(db);

it("reports what is not there yet of a project on record", async () => {
  const name = uniqueProject();
  expect(await checkDrift(undefined, db)).toEqual({ items: [] });
  await make({ manifest: { name, template: "static" } }, "project");
  const { items } = await checkDrift(null as never, db);
  expect(items).toMatchObject([{ project: name, environment: "production", status: "drifted" }]);
  expect(items[0]?.kinds.map(({ kind, status }) => [kind, status])).toContainEqual(["schema", "drifted"]);
});
