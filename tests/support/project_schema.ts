import { schemaOf } from "../../f/lib/names.ts";
import type { Sql } from "../../f/lib/postgres/connect.ts";
import type { PostgresqlValue } from "../../f/lib/resources.ts";

const PASSWORD = "project-password";

/**
 * A project's schema with its three roles, as ensure_schema leaves them, for tests of what stands on it. Answers the
 * connections of the roles. The default rights are generous on purpose: a table must not rely on them.
 */
export async function projectSchema(sql: Sql, db: PostgresqlValue, project: string) {
  const schema = schemaOf(project);
  const roles = ["owner", "app", "readonly"] as const;
  for (const role of roles) await sql.query(`create role ${schema}_${role} login password '${PASSWORD}'`);
  await sql.query(`create schema ${schema} authorization ${schema}_owner`);
  await sql.query(`grant usage on schema ${schema} to ${schema}_app, ${schema}_readonly`);
  await sql.query(
    `alter default privileges for role ${schema}_owner in schema ${schema}
       grant select, insert, update, delete on tables to ${schema}_app`,
  );
  const as = (role: (typeof roles)[number]): PostgresqlValue => ({
    ...db,
    user: `${schema}_${role}`,
    password: PASSWORD,
  });
  return { schema, owner: as("owner"), app: as("app"), readonly: as("readonly") };
}
