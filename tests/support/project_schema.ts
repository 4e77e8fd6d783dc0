import { folderOf, schemaOf } from "../../f/lib/names.ts";
import type { Sql } from "../../f/lib/postgres/connect.ts";
import { ensureSchema } from "../../f/lib/postgres/ensure_schema.ts";
import type { PostgresqlValue } from "../../f/lib/resources.ts";
import { connectionOf } from "./project_roles.ts";
import { memoryWorkspace } from "./workspace.ts";

/** A project's schema with its three roles, for tests of what stands on it, and the connections of two of them. */
export async function projectSchema(sql: Sql, db: PostgresqlValue, project: string) {
  const workspace = memoryWorkspace();
  await ensureSchema({ sql, db, workspace }, project);
  const as = (role: "app" | "readonly") => connectionOf(workspace, folderOf(project), role);
  return { schema: schemaOf(project), app: as("app"), readonly: as("readonly") };
}
