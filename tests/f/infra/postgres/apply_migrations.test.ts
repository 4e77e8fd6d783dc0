import { describe, expect, it } from "vitest";
import { main as applyMigrations } from "../../../../f/infra/postgres/apply_migrations.ts";
import { main as ensureSchema } from "../../../../f/infra/postgres/ensure_schema.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";

const db = testDatabase();
jobsEngine();
const INIT = { name: "1_init", sql: "create table t (id int primary key)" };

describe("apply_migrations", () => {
  it("logs in with the credentials that ensure_schema left in Windmill, and takes null for what a form leaves empty", async () => {
    const project = uniqueProject();
    await ensureSchema(project, undefined, undefined, db);
    expect(await applyMigrations(project, [INIT], undefined, undefined, db)).toMatchObject({ status: "updated" });
    const again = applyMigrations(project, [INIT], null as never, null as never, db);
    expect(await again).toMatchObject({ status: "unchanged", total: 1 });
  });

  it("refuses a project that has no schema", async () => {
    const applying = applyMigrations(uniqueProject(), [INIT], undefined, undefined, db);
    await expect(applying).rejects.toMatchObject({ status: 412 });
  });
});
