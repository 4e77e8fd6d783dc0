import { isDeepStrictEqual } from "node:util";
import { PreconditionError } from "../errors.ts";
import type { PostgresqlValue } from "../resources.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { ROLE_KINDS, type RoleKind, type SchemaNames } from "./roles.ts";
import { newPassword } from "./scram.ts";

/** Where a role's password and connection are kept in Windmill; paths, never values. */
export type CredentialPaths = { secret: string; resource: string };

/** The logins that connections name: each role's own, or its alternate after a change of passwords. */
export type Logins = Record<RoleKind, string>;

/** The connection of a role has one path; the password is of one login, so that two can work for a while. */
export const credentialPaths = (
  { folder, alternates }: SchemaNames,
  kind: RoleKind,
  login: string,
): CredentialPaths => ({
  secret: `${folder}/postgres_${kind}${login === alternates[kind] ? "_b" : ""}_password`,
  resource: `${folder}/postgres_${kind}`,
});

/** Where the connection to the shadow database is kept, which is the owner's. */
export const shadowPath = ({ folder }: SchemaNames): string => `${folder}/postgres_shadow`;

/**
 * The password of each login, made and kept in Windmill when there is none yet. Kept before Postgres hears of it: a job
 * that dies in between leaves a secret that the next one uses, and never a role whose password nobody knows.
 */
export async function keepPasswords(workspace: Workspace, names: SchemaNames, logins: Logins): Promise<Logins> {
  await workspace.ensureFolder(names.folder);
  const keep = async (kind: RoleKind) => {
    const { secret } = credentialPaths(names, kind, logins[kind]);
    return (await workspace.getSecret(secret)) ?? keepNewPassword(workspace, secret, logins[kind]);
  };
  const [owner, app, readonly] = await Promise.all([keep("owner"), keep("app"), keep("readonly")]);
  return { owner, app, readonly };
}

export async function keepNewPassword(workspace: Workspace, secret: string, login: string): Promise<string> {
  const password = newPassword();
  await workspace.setSecret(secret, password, `Password of the Postgres role ${login}`);
  return password;
}

/** A login's connection as Windmill keeps it: the password is the path of the secret. */
export function roleConnection(names: SchemaNames, kind: RoleKind, login: string, db: PostgresqlValue) {
  const { host, port, dbname, sslmode } = db;
  const password = `$var:${credentialPaths(names, kind, login).secret}`;
  return { host, port, user: login, password, dbname, ...(sslmode ? { sslmode } : {}) };
}

/** Writes the connection of each role where it is not as it must be; answers whether one had to be written. */
export async function keepConnections(
  workspace: Workspace,
  names: SchemaNames,
  { db, logins, hasShadow }: { db: PostgresqlValue; logins: Logins; hasShadow: boolean },
): Promise<boolean> {
  const wanted = ROLE_KINDS.map(
    (kind) =>
      [credentialPaths(names, kind, logins[kind]).resource, roleConnection(names, kind, logins[kind], db)] as const,
  );
  if (hasShadow) {
    wanted.push([shadowPath(names), roleConnection(names, "owner", logins.owner, { ...db, dbname: names.shadow })]);
  }
  const written = await Promise.all(
    wanted.map(async ([path, connection]) => {
      if (isDeepStrictEqual(await workspace.getResource(path), connection)) return false;
      await workspace.setResource(path, "postgresql", connection);
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
  const path = `${names.folder}/postgres_${kind}`;
  const kept = (await workspace.getResource(path)) as Partial<PostgresqlValue> | undefined;
  const secret = kept?.password?.replace("$var:", "");
  const password = secret && (await workspace.getSecret(secret));
  if (kept?.user && password) return { ...db, user: kept.user, password };
  throw new PreconditionError(`The project has no connection ${path} in Windmill, so no schema either`, {
    hint: "Run f/infra/postgres/ensure_schema for the project first.",
    details: { resource: path },
  });
}

/** Takes the connections and then the passwords away; what is not there is done already. */
export async function forgetCredentials(workspace: Workspace, names: SchemaNames): Promise<void> {
  const logins = ROLE_KINDS.flatMap((kind) =>
    [names.roles[kind], names.alternates[kind]].map((login) => credentialPaths(names, kind, login)),
  );
  const resources = new Set([...logins.map(({ resource }) => resource), shadowPath(names)]);
  await Promise.all([...resources].map((path) => workspace.deleteResource(path)));
  await Promise.all(logins.map(({ secret }) => workspace.deleteSecret(secret)));
}
