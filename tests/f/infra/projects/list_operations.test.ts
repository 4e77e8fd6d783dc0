import { expect, it } from "vitest";
import { main as listOperations } from "../../../../f/infra/projects/list_operations.ts";
import { testDatabase } from "../../../support/database.ts";
import { provisionedProject } from "../../../support/provisioned_project.ts";

const db = testDatabase();
const none = null as never;

it("lists what was done to a project, and takes null for what a form leaves empty", async () => {
  const { project } = await provisionedProject(db);
  const { items } = await listOperations(project, none, none, none, db);
  expect(items).toMatchObject([
    { project, verb: "infra/projects/ensure_project", status: "succeeded", arguments: { template: "static" } },
  ]);
  expect((await listOperations(none, true, none, none, db)).items).toEqual([]);
});
