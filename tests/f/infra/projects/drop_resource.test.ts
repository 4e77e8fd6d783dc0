import { expect, it } from "vitest";
import { main as dropResource } from "../../../../f/infra/projects/drop_resource.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase } from "../../../support/database.ts";
import { projectJobs } from "../../../support/project_jobs.ts";
import { provisionedProject } from "../../../support/provisioned_project.ts";

const db = testDatabase();
projectJobs(db);

it("drops only with the name as confirmation, and nothing of a project in use", async () => {
  const { project } = await provisionedProject(db);
  for (const confirm of ["", "yes", `${project} `, null as never]) {
    await expect(dropResource(project, "project", confirm, db)).rejects.toMatchObject({ status: 412 });
  }
  await expect(dropResource(project, "project", project, db)).rejects.toMatchObject({
    details: { status: "provisioning" },
  });
  const { rows } = await withPostgres(db, (sql) => sql.query("select from run8n.project where name = $1", [project]));
  expect(rows).toHaveLength(1);
});
