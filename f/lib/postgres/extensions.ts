import { InvalidInputError, PreconditionError } from "../errors.ts";
import { describe } from "../names.ts";
import type { Sql } from "./connect.ts";
import { identifier } from "./quote.ts";
import { withRights } from "./rights_lock.ts";
import { EXTENSION_SCHEMA, type SchemaNames } from "./roles.ts";

/** What a project may ask for: types, indexes and functions, nothing that reaches files, networks or other projects. */
export const EXTENSIONS = [
  ...["btree_gin", "btree_gist", "citext", "cube", "earthdistance", "fuzzystrmatch", "hstore", "intarray", "isn"],
  ...["ltree", "pg_trgm", "pgcrypto", "postgis", "tablefunc", "unaccent", "uuid-ossp", "vector"],
];

/** Where Debian's server gets what is not in its own package. */
const PACKAGES: Record<string, string> = { vector: "pgvector", postgis: "postgis-3" };

/** The names as asked for, each once. Throws InvalidInput for one that is not on the list. */
export function extensionNames(value: unknown): string[] {
  const names = value ?? [];
  if (Array.isArray(names) && names.every((name) => EXTENSIONS.includes(name))) return [...new Set(names)].sort();
  const refused = Array.isArray(names) ? names.find((name) => !EXTENSIONS.includes(name)) : names;
  throw new InvalidInputError(`Extensions must be of the list of those allowed; got ${describe(refused)}`, {
    hint: `Allowed are: ${EXTENSIONS.join(", ")}.`,
    details: { argument: "extensions" },
  });
}

type Found = { name: string; schema: string | null; version: string };

/**
 * Makes extensions exist in the database, in a schema of their own that the project's owner may look into; answers
 * whether one had to be created. They are shared by all projects, so none is ever removed.
 * Throws Precondition for one that the server does not have, or that stands in another schema.
 */
export async function ensureExtensions(
  sql: Sql,
  names: SchemaNames,
  wanted: string[],
  guard: (sql: Sql, work: () => Promise<unknown>) => Promise<unknown> = withRights,
): Promise<boolean> {
  const { rows } = await sql.query<Found>(
    `select available.name, available.default_version as version, extnamespace::regnamespace::text as schema
       from pg_available_extensions available left join pg_extension on extname = available.name
      where available.name = any($1)`,
    [wanted],
  );
  const lacking = wanted.filter((name) => !rows.some((one) => one.name === name));
  if (lacking.length > 0) throw notInstalled(lacking);
  const elsewhere = rows.filter(({ schema }) => schema && schema !== EXTENSION_SCHEMA);
  if (elsewhere.length > 0) throw inOtherSchema(elsewhere);
  const missing = wanted.filter((name) => !rows.some((one) => one.name === name && one.schema));
  await guard(sql, async () => {
    await sql.query(
      [
        `create schema if not exists ${EXTENSION_SCHEMA}`,
        ...missing.map(
          (name) => `create extension if not exists ${identifier(name)} schema ${EXTENSION_SCHEMA} cascade`,
        ),
        `grant usage on schema ${EXTENSION_SCHEMA} to ${identifier(names.roles.owner)}`,
      ].join(";\n"),
    );
  });
  return missing.length > 0;
}

/** The extensions that stand in their schema. */
export async function listExtensions(sql: Sql): Promise<string[]> {
  const { rows } = await sql.query<{ extname: string }>(
    "select extname from pg_extension where extnamespace = to_regnamespace($1) order by extname",
    [EXTENSION_SCHEMA],
  );
  return rows.map(({ extname }) => extname);
}

const notInstalled = (lacking: string[]): PreconditionError =>
  new PreconditionError(`The Postgres server does not have ${lacking.join(", ")}`, {
    hint: `Install it on the server (Debian: ${lacking.map((name) => `postgresql-<version>-${PACKAGES[name] ?? "contrib"}`).join(", ")}), or leave it out.`,
    details: { extensions: lacking },
  });

const inOtherSchema = (elsewhere: Found[]): PreconditionError =>
  new PreconditionError(`${elsewhere.map(({ name, schema }) => `${name} stands in ${schema}`).join(", ")}`, {
    hint: `Let a superuser run: ${elsewhere.map(({ name }) => `alter extension ${identifier(name)} set schema ${EXTENSION_SCHEMA}`).join("; ")}`,
    details: { extensions: elsewhere.map(({ name }) => name) },
  });
