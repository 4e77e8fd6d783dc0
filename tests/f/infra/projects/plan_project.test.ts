import { expect, it } from "vitest";
import { main as planProject } from "../../../../f/infra/projects/plan_project.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectJobs } from "../../../support/project_jobs.ts";
import { catalogue } from "../../../support/project_roles.ts";

const db = testDatabase();
projectJobs(db);

it("shows what a new project would be, and changes nothing", async () => {
  const project = uniqueProject();
  await planProject(project, undefined, undefined, undefined, db); // the first call on a server makes our own tables
  const before = await withPostgres(db, catalogue);
  const plan = await planProject(project, undefined, undefined, undefined, db);
  expect(plan).toMatchObject({ project, status: "changes", hash: expect.stringMatching(/^[0-9a-f]{32}$/) });
  expect(plan.changes).toContainEqual({
    kind: "schema",
    action: "create",
    what: `Postgres schema ${project}`,
    why: "it does not exist",
    risk: "safe",
  });
  expect(await withPostgres(db, catalogue)).toBe(before);
});
