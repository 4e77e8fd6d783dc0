import { operate } from "../operations/operate.ts";
import type { PostgresqlValue } from "../resources.ts";
import type { Workspace } from "../windmill/workspace.ts";
import type { Sql } from "./connect.ts";
import {
  type CredentialPaths,
  credentialPaths,
  keepConnections,
  keepPasswords,
  type Logins,
  shadowPath,
} from "./credentials.ts";
import { ensureExtensions, extensionNames, listExtensions } from "./extensions.ts";
import { refuseForeign, repair } from "./repair_schema.ts";
import { type RoleKind, type SchemaNames, schemaNames } from "./roles.ts";
import { ensureShadow } from "./shadow.ts";
import { currentLogins, readState, usesExtensions } from "./state.ts";

export type SchemaPorts = {
  sql: Sql;
  /** The server as its clients reach it; written into the roles' connections, without our own login. */
  db: PostgresqlValue;
  workspace: Workspace;
};

export type SchemaOptions = {
  /** Extensions the project needs, from an allow-list; those it has already stay. */
  extensions?: string[] | null;
  /** Whether it needs a shadow database for `prisma migrate dev`; one that it has already stays. */
  shadow?: boolean | null;
};

export type EnsuredSchema = {
  project: string;
  schema: string;
  /** Each role with the paths of its password and its connection in Windmill. */
  roles: Record<RoleKind, { name: string } & CredentialPaths>;
  /** Extensions that the project's roles can use. */
  extensions: string[];
  /** The shadow database and the path of the owner's connection to it. */
  shadow: { database: string; resource: string } | null;
  status: "created" | "updated" | "unchanged";
};

/**
 * Makes a project's schema exist with its three roles, their passwords and their connections. The owner role owns the
 * schema and what migrations create in it, the app role reads and writes rows, the read-only role reads; none can reach
 * another project, `public` or run8n's own records. The first call closes the database to everyone who has nothing in
 * it. A drift is put right; rights on existing tables are left to the project's migrations.
 * Throws Conflict for a schema or role of that name that is not ours, Precondition when the login may not do all of it.
 */
export async function ensureSchema(
  ports: SchemaPorts,
  project: string,
  options: SchemaOptions = {},
): Promise<EnsuredSchema> {
  const names = schemaNames(project);
  const wanted = { extensions: extensionNames(options.extensions), shadow: options.shadow === true };
  const operation = {
    sql: ports.sql,
    verb: "infra/postgres/ensure_schema",
    project,
    arguments: { project, ...wanted },
  };
  return operate(operation, () => makeSchema(ports, names, wanted));
}

/** The same for a caller that holds the project's lease. */
export async function makeSchema(
  { sql, db, workspace }: SchemaPorts,
  names: SchemaNames,
  { extensions, shadow }: { extensions: string[]; shadow: boolean },
): Promise<EnsuredSchema> {
  const found = await readState(sql, names);
  refuseForeign(names, found);
  const logins = currentLogins(names, found);
  const passwords = await keepPasswords(workspace, names, logins);
  const repaired = await repair(sql, names, found, passwords);
  const extended = extensions.length > 0 && (await extend(sql, names, extensions, passwords));
  const state = extended ? await readState(sql, names) : found;
  const usable = extended || usesExtensions(names, state) ? await listExtensions(sql) : [];
  const shadowed = shadow && (await ensureShadow({ sql, db }, names, state, usable));
  const hasShadow = shadow || state.shadow !== null;
  const connected = await keepConnections(workspace, names, { db, logins, hasShadow });
  const changed = extended || shadowed || connected;
  const role = (kind: RoleKind) => ({ name: names.roles[kind], ...credentialPaths(names, kind, logins[kind]) });
  return {
    project: names.project,
    schema: names.schema,
    roles: { owner: role("owner"), app: role("app"), readonly: role("readonly") },
    extensions: usable,
    shadow: hasShadow ? { database: names.shadow, resource: shadowPath(names) } : null,
    status: repaired === "unchanged" && changed ? "updated" : repaired,
  };
}

/** Gives the project extensions, and its roles what is needed to use them; answers whether anything had to be done. */
async function extend(sql: Sql, names: SchemaNames, extensions: string[], passwords: Logins): Promise<boolean> {
  const created = await ensureExtensions(sql, names, extensions);
  return (await repair(sql, names, await readState(sql, names), passwords)) !== "unchanged" || created;
}
