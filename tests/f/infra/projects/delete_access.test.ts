import { expect, it } from "vitest";
import { main as deleteAccess } from "../../../../f/infra/projects/delete_access.ts";
import { main as ensureAccess } from "../../../../f/infra/projects/ensure_access.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { provisionedProject } from "../../../support/provisioned_project.ts";

const db = testDatabase();

it("takes back only the key it names, and is safe to repeat", async () => {
  const { project } = await provisionedProject(db);
  for (const name of ["ci", "claude"]) {
    await ensureAccess(project, name, ["deploy_site"], undefined, undefined, undefined, db);
  }
  expect(await deleteAccess(project, "ci", undefined, db)).toMatchObject({ status: "deleted" });
  expect(await deleteAccess(project, "ci", undefined, db)).toMatchObject({ status: "absent" });
  const kept = await ensureAccess(project, "claude", ["deploy_site"], undefined, undefined, undefined, db);
  expect(kept).toMatchObject({ status: "unchanged" });
});

it("has nothing to take back where there is no project", async () => {
  expect(await deleteAccess(uniqueProject(), "ci", undefined, db)).toMatchObject({ status: "absent" });
});
