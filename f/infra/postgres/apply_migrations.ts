import { withPostgres } from "../../lib/postgres/connect.ts";
import { type AppliedMigrations, applyMigrations } from "../../lib/postgres/migrations/apply.ts";
import { type Postgresql, resource } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Applies the pending Prisma migrations to a project's schema as its owner role, in order, each in its own transaction,
 * recorded so that `prisma migrate status` agrees. Never resets. The first that fails stops it: the schema is as before
 * that one, and the corrected migrations can be sent again. Run it again: `status` is then `unchanged`.
 * @param project Name of the project, for example "shop".
 * @param migrations Every folder of prisma/migrations, sorted by name: `name` is the folder's, `sql` the text of its migration.sql.
 * @param planHash `planHash` of plan_migrations, to do exactly that; leave it empty to apply whatever is pending.
 * @param baseline For a schema that came about otherwise: the last migration whose changes stand already. It and those before it are recorded without running.
 * @param db The server's Postgres.
 */
export async function main(
  project: string,
  migrations: { name: string; sql: string }[],
  planHash = "",
  baseline = "",
  db: Postgresql = "$res:f/infra/postgres",
): Promise<AppliedMigrations> {
  const server = await resource(db);
  return withPostgres(server, (sql) =>
    applyMigrations({ sql, db: server, workspace: jobWorkspace() }, { project, migrations, planHash, baseline }),
  );
}
