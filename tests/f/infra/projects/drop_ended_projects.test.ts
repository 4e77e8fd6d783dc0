import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { main as dropEndedProjects } from "../../../../f/infra/projects/drop_ended_projects.ts";
import { main as listResources } from "../../../../f/infra/projects/list_resources.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectJobs } from "../../../support/project_jobs.ts";

const db = testDatabase();
const { make } = projectJobs(db);

it("drop_ended_projects lists by default, and drops with the arguments that its schedule passes", async () => {
  const project = uniqueProject();
  const manifest = { name: project, template: "static" };
  await make({ manifest }, "project");
  await make({ manifest, environment: "fix" }, "project", "schema");
  await withPostgres(db, (sql) => sql.query("update run8n.project set expires_at = now() where expires_at > now()"));
  const ended = { project: `${project}-fix`, why: "expired", since: expect.any(String), problem: null };
  expect(await dropEndedProjects(undefined, db)).toEqual({ status: "planned", items: [ended], failed: [] });

  const file = "f/infra/projects/drop_ended_projects.schedule.yaml";
  const schedule = parse(readFileSync(file, "utf8"));
  expect(schedule).toMatchObject({ script_path: "f/infra/projects/drop_ended_projects", enabled: true });
  const dropped = await dropEndedProjects(schedule.args.dryRun, db);
  expect(dropped).toEqual({ status: "dropped", items: [ended], failed: [] });
  expect(await listResources(`${project}-fix`, db)).toMatchObject({ items: [] });
  expect((await listResources(project, db)).items.length).toBeGreaterThan(0);
});
