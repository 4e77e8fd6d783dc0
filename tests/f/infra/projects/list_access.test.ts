import { expect, it } from "vitest";
import { main as ensureAccess } from "../../../../f/infra/projects/ensure_access.ts";
import { main as listAccess } from "../../../../f/infra/projects/list_access.ts";
import { testDatabase } from "../../../support/database.ts";
import { provisionedProject } from "../../../support/provisioned_project.ts";

const db = testDatabase();

it("lists one project's keys only, newest first, with nothing that could be used", async () => {
  const [{ project }, neighbour] = [await provisionedProject(db), await provisionedProject(db)];
  const verbs = ["deploy_site"];
  const first = await ensureAccess(project, "ci", verbs, undefined, undefined, undefined, db);
  const second = await ensureAccess(project, "claude", verbs, undefined, undefined, undefined, db);
  await ensureAccess(neighbour.project, "ci", verbs, undefined, undefined, undefined, db);
  const { items } = await listAccess(project, undefined, db);
  expect(items.map(({ id }) => id)).toEqual([second.id, first.id]);
  expect(JSON.stringify(items)).not.toMatch(/r8n_|hash/);
});
