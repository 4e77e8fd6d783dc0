import { ConflictError, PreconditionError } from "../errors.ts";
import { operate } from "../operations/operate.ts";
import type { PostgresqlValue } from "../resources.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { type Sql, transaction } from "./connect.ts";
import { type CredentialPaths, credentialPaths, keepConnections, keepPasswords } from "./credentials.ts";
import { repairs } from "./repairs.ts";
import { ROLE_KINDS, type RoleKind, roleMark, type SchemaNames, schemaMark, schemaNames } from "./roles.ts";
import { scramVerifier, verifies } from "./scram.ts";
import { readState, type SchemaState } from "./state.ts";

export type SchemaPorts = {
  sql: Sql;
  /** The server as its clients reach it; written into the roles' connections, without our own login. */
  db: PostgresqlValue;
  workspace: Workspace;
};

export type EnsuredSchema = {
  project: string;
  schema: string;
  /** Each role with the paths of its password and its connection in Windmill. */
  roles: Record<RoleKind, { name: string } & CredentialPaths>;
  status: "created" | "updated" | "unchanged";
};

/**
 * Makes a project's schema exist with its three roles, their passwords and their connections. The owner role owns the
 * schema and what migrations create in it, the app role reads and writes rows, the read-only role reads; none can reach
 * another project, `public` or run8n's own records. The first call closes the database to everyone who has nothing in
 * it. A drift is put right; rights on existing tables are left to the project's migrations.
 * Throws Conflict for a schema or role of that name that is not ours, Precondition when the login may not do all of it.
 */
export async function ensureSchema({ sql, db, workspace }: SchemaPorts, project: string): Promise<EnsuredSchema> {
  const names = schemaNames(project);
  return operate({ sql, verb: "infra/postgres/ensure_schema", project, arguments: { project } }, async () => {
    const found = await readState(sql, names);
    refuseForeign(names, found);
    const passwords = await keepPasswords(workspace, names);
    const repaired = await repair(sql, names, found, passwords);
    const connected = await keepConnections(workspace, names, db);
    const role = (kind: RoleKind) => ({ name: names.roles[kind], ...credentialPaths(names.folder, kind) });
    return {
      project,
      schema: names.schema,
      roles: { owner: role("owner"), app: role("app"), readonly: role("readonly") },
      status: repaired === "unchanged" && connected ? "updated" : repaired,
    };
  });
}

/** Someone else's schema or role of the same name is never taken over. */
export function refuseForeign({ project, schema, roles }: SchemaNames, state: SchemaState): void {
  const anywhere = roleMark(project, "");
  // A role marked for a database that is gone came along with a rename or a restore.
  const isOurs = (mark: string): boolean =>
    mark.startsWith(anywhere) &&
    (mark === roleMark(project, state.database) || !state.databases.includes(mark.slice(anywhere.length)));
  const foreign = [
    ...(state.schema && state.schema.mark !== schemaMark(project) ? [`schema ${schema}`] : []),
    ...ROLE_KINDS.map((kind) => roles[kind])
      .filter((role) => state.roles[role] && !isOurs(state.roles[role].mark ?? ""))
      .map((role) => `role ${role}`),
  ];
  if (foreign.length === 0) return;
  throw new ConflictError(`Postgres already has ${foreign.join(", ")}, not made for this project and database`, {
    hint: "Choose another project name, or rename what is there.",
    details: { foreign },
  });
}

/** Does what is missing in one transaction, which stands only if nothing is missing then, and answers what it came to. */
async function repair(
  sql: Sql,
  names: SchemaNames,
  before: SchemaState,
  passwords: Record<RoleKind, string>,
): Promise<EnsuredSchema["status"]> {
  const plan = async (state: SchemaState) => repairs(names, state, await newVerifiers(names, state, passwords));
  if ((await plan(before)).length === 0) return "unchanged";
  await transaction(sql, async () => {
    // Two callers that change the rights of one database at once would fail with "tuple concurrently updated".
    await sql.query("select pg_advisory_xact_lock(hashtext('run8n.rights'))");
    const statements = await plan(await readState(sql, names));
    if (statements.length) await sql.query(statements.join(";\n"));
    refuseRemaining(repairs(names, await readState(sql, names)));
  });
  if (!before.schema) return "created";
  // Passwords that cannot be compared are set each time, which changes nothing for anyone.
  return before.readsVerifiers || repairs(names, before).length ? "updated" : "unchanged";
}

/** New verifiers for the roles whose stored one is not of their password, or cannot be seen. */
async function newVerifiers(
  { roles }: SchemaNames,
  state: SchemaState,
  passwords: Record<RoleKind, string>,
): Promise<Partial<Record<RoleKind, string>>> {
  const entries = await Promise.all(
    ROLE_KINDS.map(async (kind) => {
      if (await verifies(state.roles[roles[kind]]?.verifier, passwords[kind])) return [];
      return [[kind, await scramVerifier(passwords[kind])] as const];
    }),
  );
  return Object.fromEntries(entries.flat());
}

/** Postgres only warns when a login may not revoke what somebody else has granted. */
function refuseRemaining(statements: string[]): void {
  if (statements.length === 0) return;
  throw new PreconditionError("The login of the Postgres resource may not close this database to everyone", {
    hint: "Let its owner or a superuser run details.statements once, then call again.",
    details: { statements },
  });
}
