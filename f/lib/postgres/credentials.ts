import { isDeepStrictEqual } from "node:util";
import { PreconditionError } from "../errors.ts";
import type { PostgresqlValue } from "../resources.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { ROLE_KINDS, type RoleKind, type SchemaNames } from "./roles.ts";
import { newPassword } from "./scram.ts";

/** Where a role's password and connection are kept in Windmill; paths, never values. */
export type CredentialPaths = { secret: string; resource: string };

export const credentialPaths = (folder: string, kind: RoleKind): CredentialPaths => ({
  secret: `${folder}/postgres_${kind}_password`,
  resource: `${folder}/postgres_${kind}`,
});

/**
 * The password of each role, made and kept in Windmill when there is none yet. Kept before Postgres hears of it: a job
 * that dies in between leaves a secret that the next one uses, and never a role whose password nobody knows.
 */
export async function keepPasswords(workspace: Workspace, names: SchemaNames): Promise<Record<RoleKind, string>> {
  await workspace.ensureFolder(names.folder);
  const keep = async (kind: RoleKind) => {
    const { secret } = credentialPaths(names.folder, kind);
    const kept = await workspace.getSecret(secret);
    if (kept) return kept;
    const password = newPassword();
    await workspace.setSecret(secret, password, `Password of the Postgres role ${names.roles[kind]}`);
    return password;
  };
  const [owner, app, readonly] = await Promise.all([keep("owner"), keep("app"), keep("readonly")]);
  return { owner, app, readonly };
}

/** The connection of a role as it is kept in Windmill: the server as its clients reach it, the password by reference. */
export function roleConnection(
  names: SchemaNames,
  kind: RoleKind,
  { host, port, dbname, sslmode }: PostgresqlValue,
): Record<string, unknown> {
  const password = `$var:${credentialPaths(names.folder, kind).secret}`;
  return { host, port, user: names.roles[kind], password, dbname, ...(sslmode ? { sslmode } : {}) };
}

/** Writes the connection of each role where it is not as it must be; answers whether one had to be written. */
export async function keepConnections(workspace: Workspace, names: SchemaNames, db: PostgresqlValue): Promise<boolean> {
  const written = await Promise.all(
    ROLE_KINDS.map(async (kind) => {
      const { resource } = credentialPaths(names.folder, kind);
      const connection = roleConnection(names, kind, db);
      if (isDeepStrictEqual(await workspace.getResource(resource), connection)) return false;
      await workspace.setResource(resource, "postgresql", connection);
      return true;
    }),
  );
  return written.includes(true);
}

/**
 * The connection of a project's role with its password, at the server as the caller reaches it. Throws Precondition when
 * Windmill has none, because the project has no schema.
 */
export async function loginOf(
  workspace: Workspace,
  names: SchemaNames,
  kind: RoleKind,
  db: PostgresqlValue,
): Promise<PostgresqlValue> {
  const paths = credentialPaths(names.folder, kind);
  const kept = (await workspace.getResource(paths.resource)) as Partial<PostgresqlValue> | undefined;
  const password = await workspace.getSecret(kept?.password?.replace("$var:", "") ?? paths.secret);
  if (kept?.user && password) return { ...db, user: kept.user, password };
  throw new PreconditionError(`The project has no connection ${paths.resource} in Windmill, so no schema either`, {
    hint: "Run f/infra/postgres/ensure_schema for the project first.",
    details: { resource: paths.resource },
  });
}

/** Takes the connections and then the passwords away; what is not there is done already. */
export async function forgetCredentials(workspace: Workspace, names: SchemaNames): Promise<void> {
  const paths = ROLE_KINDS.map((kind) => credentialPaths(names.folder, kind));
  await Promise.all(paths.map(({ resource }) => workspace.deleteResource(resource)));
  await Promise.all(paths.map(({ secret }) => workspace.deleteSecret(secret)));
}
