import { expect, it } from "vitest";
import { main as verifyTakedown } from "../../../../f/infra/projects/verify_takedown.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase } from "../../../support/database.ts";
import { projectJobs } from "../../../support/project_jobs.ts";
import { provisionedProject } from "../../../support/provisioned_project.ts";

const db = testDatabase();
const { jobs } = projectJobs(db);

it("says so when something is left that no record speaks for", async () => {
  const { project, folder } = await provisionedProject(db);
  await expect(verifyTakedown(project, db)).rejects.toMatchObject({ message: expect.stringContaining("in use") });
  await withPostgres(db, (sql) => sql.query("delete from run8n.project where name = $1", [project]));
  expect(await verifyTakedown(project, db)).toMatchObject({ status: "absent" });
  await jobs.engine.create("folders", { name: folder.replace("f/", "") });
  await expect(verifyTakedown(project, db)).rejects.toMatchObject({
    code: "conflict",
    details: { left: [{ project, kind: "project", what: `Windmill folder ${folder}` }] },
  });
});
