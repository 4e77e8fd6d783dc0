import { withPostgres } from "../../f/lib/postgres/connect.ts";
import { ensureSchema } from "../../f/lib/postgres/ensure_schema.ts";
import { applyMigrations, type MigrationRequest } from "../../f/lib/postgres/migrations/apply.ts";
import { schemaNames } from "../../f/lib/postgres/roles.ts";
import type { PostgresqlValue } from "../../f/lib/resources.ts";
import { uniqueProject } from "./database.ts";
import { connectionOf } from "./project_roles.ts";
import { memoryWorkspace } from "./workspace.ts";

/** A project with an empty schema, and ways to migrate it and to look at it. */
export async function migratedProject(db: PostgresqlValue) {
  const workspace = memoryWorkspace();
  const names = schemaNames(`my-${uniqueProject()}`);
  await withPostgres(db, (sql) => ensureSchema({ sql, db, workspace }, names.project));
  const owner = connectionOf(workspace, names.folder, "owner");
  return {
    ...names,
    workspace,
    owner,
    app: connectionOf(workspace, names.folder, "app"),
    apply: (migrations: MigrationRequest["migrations"], more: Partial<MigrationRequest> = {}) =>
      withPostgres(db, (sql) =>
        applyMigrations({ sql, db, workspace }, { project: names.project, migrations, ...more }),
      ),
    /** Rows of a query as the owner. */
    rows: async (text: string) => (await withPostgres(owner, (sql) => sql.query(text))).rows,
    /** Names of the relations that stand, without Prisma's own. */
    async relations(): Promise<string[]> {
      const { rows } = await withPostgres(owner, (sql) =>
        sql.query(
          `select relname from pg_class where relnamespace = current_schema()::regnamespace
              and relname !~ '^_prisma' order by relname`,
        ),
      );
      return rows.map(({ relname }) => relname);
    },
  };
}
