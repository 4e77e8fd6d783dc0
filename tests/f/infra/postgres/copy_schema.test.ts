import { expect, it } from "vitest";
import { main as applyMigrations } from "../../../../f/infra/postgres/apply_migrations.ts";
import { main as copySchema } from "../../../../f/infra/postgres/copy_schema.ts";
import { main as ensureSchema } from "../../../../f/infra/postgres/ensure_schema.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";

const db = testDatabase();
jobsEngine();

it("copy_schema makes a staging project whose migrations are up to date", async () => {
  const [project, staging] = [uniqueProject(), uniqueProject()];
  const migrations = [{ name: "1_init", sql: "create table t (id int primary key); insert into t values (1)" }];
  await ensureSchema(project, undefined, undefined, db);
  await applyMigrations(project, migrations, undefined, undefined, db);
  expect(await copySchema(staging, project, undefined, undefined, db)).toMatchObject({ tables: 2, rows: 1 });
  expect(await applyMigrations(staging, migrations, undefined, undefined, db)).toMatchObject({ status: "unchanged" });
});
