import { expect, it } from "vitest";
import { main as deleteAccess } from "../../../../f/infra/projects/delete_access.ts";
import { main as ensureAccess } from "../../../../f/infra/projects/ensure_access.ts";
import { main as listAccess } from "../../../../f/infra/projects/list_access.ts";
import { testDatabase } from "../../../support/database.ts";
import { provisionedProject } from "../../../support/provisioned_project.ts";

const db = testDatabase();

it("makes, lists and takes back a key, and takes null for what a form leaves empty", async () => {
  const { project } = await provisionedProject(db);
  const none = null as never;
  const made = await ensureAccess(project, "ci", ["deploy_site"], none, none, none, db);
  const days = (Date.parse(made.expiresAt) - Date.parse(made.createdAt)) / 86_400_000;
  expect(made).toMatchObject({ project, environment: "production", name: "ci", status: "created" });
  expect(days).toBeCloseTo(30, 1);
  expect((await listAccess(project, none, db)).items).toMatchObject([{ id: made.id, status: "active" }]);
  expect(await deleteAccess(project, "ci", none, db)).toMatchObject({ status: "deleted" });
  expect((await listAccess(project, false, db)).items).toEqual([]);
  expect((await listAccess(project, true, db)).items).toMatchObject([{ id: made.id, status: "revoked" }]);
});
