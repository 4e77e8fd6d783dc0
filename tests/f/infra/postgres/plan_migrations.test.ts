import { expect, it } from "vitest";
import { main as applyMigrations } from "../../../../f/infra/postgres/apply_migrations.ts";
import { main as ensureSchema } from "../../../../f/infra/postgres/ensure_schema.ts";
import { main as planMigrations } from "../../../../f/infra/postgres/plan_migrations.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { jobsEngine } from "../../../support/job_workspace.ts";

const db = testDatabase();
jobsEngine();

it("plan_migrations shows what apply_migrations then does", async () => {
  const project = uniqueProject();
  const migrations = [{ name: "1_init", sql: "create table t (id int primary key)" }];
  await ensureSchema(project, undefined, undefined, db);
  const { pending, planHash } = await planMigrations(project, migrations, db);
  expect(pending).toEqual([{ name: "1_init", statements: 1, risks: [] }]);
  expect(await applyMigrations(project, migrations, planHash, undefined, db)).toMatchObject({ total: 1 });
  expect(await planMigrations(project, migrations, db)).toMatchObject({ applied: ["1_init"], pending: [] });
});
