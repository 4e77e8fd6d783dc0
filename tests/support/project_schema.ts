import { schemaOf } from "../../f/lib/names.ts";
import type { Sql } from "../../f/lib/postgres/connect.ts";
import { ensureSchema } from "../../f/lib/postgres/ensure_schema.ts";
import type { PostgresqlValue } from "../../f/lib/resources.ts";
import { memoryWorkspace } from "./workspace.ts";

/** A project's schema with its three roles, for tests of what stands on it, and the connections of the roles. */
export async function projectSchema(sql: Sql, db: PostgresqlValue, project: string) {
  const workspace = memoryWorkspace();
  const { roles } = await ensureSchema({ sql, db, workspace }, project);
  const as = (role: keyof typeof roles): PostgresqlValue => {
    const { name, secret } = roles[role];
    return { ...db, user: name, password: workspace.secrets.get(secret) ?? "" };
  };
  return { schema: schemaOf(project), app: as("app"), readonly: as("readonly") };
}
