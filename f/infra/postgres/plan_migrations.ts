import { type MigrationPlan, planMigrations } from "../../lib/postgres/migrations/plan.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Shows which Prisma migrations `apply_migrations` would apply to a project's schema, in order, with the statements that
 * may lose rows or lock a table, and the `planHash` to pass on. A changed, missing or reordered earlier migration is
 * refused. Changes nothing.
 * @param project Name of the project, for example "shop".
 * @param migrations Every folder of prisma/migrations, sorted by name: `name` is the folder's, `sql` the text of its migration.sql.
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  migrations: { name: string; sql: string }[],
  db: Postgresql = "$res:f/infra/postgres",
): Promise<MigrationPlan> {
  return planMigrations({ db: await resource(db), workspace: jobWorkspace() }, { project, migrations });
}
