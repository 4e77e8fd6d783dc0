import { expect, it } from "vitest";
import { main as listResources } from "../../../../f/infra/projects/list_resources.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { projectJobs } from "../../../support/project_jobs.ts";

const db = testDatabase();
const { make } = projectJobs(db);

it("lists what there is of a project on each service, and nothing for one that was never made", async () => {
  const project = uniqueProject();
  expect(await listResources(project, db)).toEqual({ project, items: [], locks: [], drops: [] });
  const manifest = { name: project, template: "static" };
  await make({ manifest }, "project", "schema");
  const { items, locks, drops } = await listResources(project, db);
  expect(items.map(({ what }) => what)).toEqual(
    expect.arrayContaining([`record ${project}`, `Windmill folder f/project_${project}`, `schema ${project}`]),
  );
  expect(locks[0]).toEqual({ project, kind: "project" });
  expect(drops.at(-1)).toEqual({ project, kind: "project" });
});
