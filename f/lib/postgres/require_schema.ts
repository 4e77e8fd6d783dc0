import { PreconditionError } from "../errors.ts";
import type { Sql } from "./connect.ts";

/** Whether a schema with its three roles is there, which a project's tables stand on. */
export async function schemaStands(sql: Sql, schema: string): Promise<boolean> {
  const { rows } = await sql.query<{ ready: boolean }>(
    `select to_regnamespace($1) is not null and count(*) = 3 as ready
       from pg_roles where rolname = any(array[$1 || '_owner', $1 || '_app', $1 || '_readonly'])`,
    [schema],
  );
  return rows[0]?.ready === true;
}

/** Throws Precondition when the schema or one of its three roles is not there yet. */
export async function requireSchema(sql: Sql, schema: string): Promise<void> {
  if (await schemaStands(sql, schema)) return;
  throw new PreconditionError(`The project has no schema ${schema} with its three roles yet`, {
    hint: "Run f/infra/postgres/ensure_schema for the project first.",
    details: { schema },
  });
}
