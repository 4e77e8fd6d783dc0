import { ConflictError, PreconditionError } from "../errors.ts";
import type { PostgresqlValue } from "../resources.ts";
import { type Sql, transaction, withPostgres } from "./connect.ts";
import { ensureExtensions } from "./extensions.ts";
import { identifier, literal } from "./quote.ts";
import { matchRights } from "./repair_logins.ts";
import { type SchemaNames, shadowMark } from "./roles.ts";
import type { SchemaState } from "./state.ts";

const CONNECTIONS = 5;
const OWNER_RIGHTS = ["CONNECT", "CREATE", "TEMPORARY"];
const MAY_NOT_CREATE = "42501";

/**
 * Makes the project's shadow database exist: Prisma empties it and applies all migrations there, so the owner has the
 * rights for that in it, and nobody else has any. It holds nothing that is worth keeping. Answers whether anything had to
 * be done. Throws Conflict for a database of that name that is not ours, Precondition for a login that may create none.
 */
export async function ensureShadow(
  { sql, db }: { sql: Sql; db: PostgresqlValue },
  names: SchemaNames,
  state: SchemaState,
  extensions: string[],
): Promise<boolean> {
  const statements = shadowRepairs(names, state);
  try {
    // One by one: creating a database knows no transaction.
    for (const statement of statements) await sql.query(statement);
  } catch (error) {
    if ((error as { code?: string }).code !== MAY_NOT_CREATE) throw error;
    throw new PreconditionError("The login of the Postgres resource may not create databases", {
      hint: "Let a superuser run: alter role <that login> createdb; or leave the shadow database out.",
    });
  }
  const furnished = await withPostgres({ ...db, dbname: names.shadow }, (inside) => furnish(inside, names, extensions));
  return statements.length > 0 || furnished;
}

/** Nobody may connect to it before it has its mark, so one that may be connected to and has none is not ours. */
function shadowRepairs(names: SchemaNames, { shadow, database }: SchemaState): string[] {
  const name = identifier(names.shadow);
  const mark = shadowMark(names.project, database);
  if (shadow?.open && shadow.mark !== mark) {
    throw new ConflictError(`Postgres already has a database ${names.shadow}, not made for this project`, {
      hint: "Rename or drop that database, or leave the shadow database out.",
      details: { database: names.shadow },
    });
  }
  return [
    ...(shadow
      ? []
      : [`create database ${name} template template0 allow_connections false connection limit ${CONNECTIONS}`]),
    ...(shadow?.mark === mark ? [] : [`comment on database ${name} is ${literal(mark)}`]),
    ...matchRights(`database ${name}`, "public", shadow?.rights ?? ["public:CONNECT", "public:TEMPORARY"], []),
    ...matchRights(`database ${name}`, names.roles.owner, shadow?.rights ?? [], OWNER_RIGHTS),
    ...(shadow?.open ? [] : [`alter database ${name} allow_connections true`]),
  ];
}

/** The schemas that Prisma works in, as the owner's own: it drops and creates them. */
async function furnish(sql: Sql, names: SchemaNames, extensions: string[]): Promise<boolean> {
  const { rows } = await sql.query<{ name: string }>(
    "select nspname as name from pg_namespace where pg_get_userbyid(nspowner) = $1",
    [names.roles.owner],
  );
  const owner = identifier(names.roles.owner);
  const missing = ["public", names.schema].filter((schema) => !rows.some(({ name }) => name === schema));
  for (const schema of missing) {
    await sql.query(
      `create schema if not exists ${identifier(schema)}; alter schema ${identifier(schema)} owner to ${owner}`,
    );
  }
  const extended = extensions.length > 0 && (await ensureExtensions(sql, names, extensions, transaction));
  return missing.length > 0 || extended;
}

/** Removes the shadow database and ends whoever is in it; answers whether there was one of ours. */
export async function dropShadow(sql: Sql, names: SchemaNames, { shadow, database }: SchemaState): Promise<boolean> {
  if (!shadow || (shadow.open && shadow.mark !== shadowMark(names.project, database))) return false;
  await sql.query(`drop database if exists ${identifier(names.shadow)} with (force)`);
  return true;
}
