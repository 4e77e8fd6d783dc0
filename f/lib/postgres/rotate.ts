import { ConflictError, InvalidInputError, PreconditionError } from "../errors.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "./connect.ts";
import { type CredentialPaths, credentialPaths, keepConnections, keepNewPassword } from "./credentials.ts";
import type { SchemaPorts } from "./ensure_schema.ts";
import { identifier, literal } from "./quote.ts";
import { repairLogin } from "./repair_logins.ts";
import { refuseForeign } from "./repair_schema.ts";
import { withRights } from "./rights_lock.ts";
import { ROLE_KINDS, type RoleKind, type SchemaNames, schemaNames } from "./roles.ts";
import { scramVerifier } from "./scram.ts";
import { currentLogin, currentLogins, readState, type SchemaState } from "./state.ts";

export type RotatedRole = {
  project: string;
  role: RoleKind;
  /** The login that the connection names from now on; as a session it is the same role as before. */
  login: string;
  /** Until when the password before this one works too. */
  previousWorksUntil: string;
  status: "updated";
} & CredentialPaths;

export type Rotation = { role: RoleKind; graceSeconds: number };

/** A day: long enough for every app to be deployed again. */
const GRACE_SECONDS = 86_400;
const MAX_GRACE_SECONDS = 30 * 86_400;

/**
 * Gives a project's role a new password while the old one goes on working for a time of grace. A role has two ways in,
 * its own login and an alternate one that becomes the role as it logs in; a change makes the other one current and lets
 * Postgres end the password of the first. Without grace the old password ends at once, and its sessions with it.
 * Throws Conflict while the grace of an earlier change lasts, Precondition for a project without schema.
 */
export async function rotatePassword(
  ports: SchemaPorts,
  { project, role, graceSeconds }: { project: string; role: string; graceSeconds?: number | null },
): Promise<RotatedRole> {
  const names = schemaNames(project);
  const rotation = checked({ role, graceSeconds: graceSeconds ?? GRACE_SECONDS });
  const operation = {
    sql: ports.sql,
    verb: "infra/postgres/update_password",
    project,
    arguments: { project, ...rotation },
  };
  return operate(operation, () => rotateRole(ports, names, rotation));
}

/**
 * The same for a caller that holds the project's lease. Postgres decides in one transaction which login is current; the
 * secret is kept before it and the connection is written after it, and ensureSchema completes what a kill has left out.
 */
export async function rotateRole(
  { sql, db, workspace }: SchemaPorts,
  names: SchemaNames,
  { role, graceSeconds }: Rotation,
): Promise<RotatedRole> {
  const state = await readState(sql, names);
  refuseForeign(names, state);
  const current = currentLogin(names, state, role);
  if (!state.schema || !state.roles[current]) throw noSchema(names);
  const next = current === names.roles[role] ? names.alternates[role] : names.roles[role];
  const ends = state.roles[next]?.expiresAt;
  if (graceSeconds > 0 && ends && Date.parse(ends) > Date.now()) throw stillInGrace(next, ends);
  const paths = credentialPaths(names, role, next);
  const verifier = await scramVerifier(await keepNewPassword(workspace, paths.secret, next));
  const until = await change(sql, names, state, { role, graceSeconds, current, next, verifier });
  const after = await readState(sql, names);
  const logins = currentLogins(names, after);
  await keepConnections(workspace, names, { db, logins, hasShadow: after.shadow !== null });
  return { project: names.project, role, login: logins[role], ...paths, previousWorksUntil: until, status: "updated" };
}

type Change = Rotation & { current: string; next: string; verifier: string };

/** Both logins in one transaction: there is no moment without a password that works, and none with two that last. */
const change = (sql: Sql, names: SchemaNames, state: SchemaState, wanted: Change): Promise<string> =>
  withRights(sql, async () => {
    const { role, graceSeconds, current, next, verifier } = wanted;
    const alternateOf = next === names.alternates[role] ? names.roles[role] : undefined;
    const { rows } = await sql.query<{ until: string }>(
      `select to_char((now() + make_interval(secs => $1)) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as until`,
      [graceSeconds],
    );
    const until = rows[0]!.until;
    await sql.query(
      [
        ...repairLogin({ name: next, kind: role, alternateOf }, names, state, undefined),
        `alter role ${identifier(next)} password ${literal(verifier)} valid until 'infinity'`,
        `alter role ${identifier(current)} valid until ${literal(until)}`,
        ...(graceSeconds > 0
          ? []
          : [`select pg_terminate_backend(pid) from pg_stat_activity where usename = ${literal(current)}`]),
      ].join(";\n"),
    );
    return until;
  });

function checked({ role, graceSeconds }: { role: string; graceSeconds: number }): Rotation {
  const kind = ROLE_KINDS.find((one) => one === role);
  if (!kind) {
    throw new InvalidInputError(`The role must be one of ${ROLE_KINDS.join(", ")}`, {
      hint: 'Pass "app" for the password that a running app uses.',
      details: { argument: "role" },
    });
  }
  if (!Number.isInteger(graceSeconds) || graceSeconds < 0 || graceSeconds > MAX_GRACE_SECONDS) {
    throw new InvalidInputError(`graceSeconds must be a whole number from 0 to ${MAX_GRACE_SECONDS}`, {
      hint: "Leave it out for one day; pass 0 when the old password is known to others.",
      details: { argument: "graceSeconds" },
    });
  }
  return { role: kind, graceSeconds };
}

const noSchema = ({ project }: SchemaNames): PreconditionError =>
  new PreconditionError(`Project ${project} has no schema with its roles yet`, {
    hint: "Run f/infra/postgres/ensure_schema for the project first.",
  });

const stillInGrace = (login: string, ends: string): ConflictError =>
  new ConflictError(`The password of ${login}, from before the last change, works until ${ends}`, {
    hint: "Call again after that, or pass graceSeconds 0 to end all passwords but the new one at once.",
    details: { login, worksUntil: ends },
  });
