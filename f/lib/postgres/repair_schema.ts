import { ConflictError, PreconditionError } from "../errors.ts";
import type { Sql } from "./connect.ts";
import type { Logins } from "./credentials.ts";
import { repairs } from "./repairs.ts";
import { withRights } from "./rights_lock.ts";
import { ROLE_KINDS, type RoleKind, roleMark, type SchemaNames, schemaMark } from "./roles.ts";
import { scramVerifier, verifies } from "./scram.ts";
import { currentLogin, readState, type SchemaState } from "./state.ts";

/** Someone else's schema or role of the same name is never taken over. */
export function refuseForeign({ project, schema, roles, alternates }: SchemaNames, state: SchemaState): void {
  const anywhere = roleMark(project, "");
  // A role marked for a database that is gone came along with a rename or a restore.
  const isOurs = (mark: string): boolean =>
    mark.startsWith(anywhere) &&
    (mark === roleMark(project, state.database) || !state.databases.includes(mark.slice(anywhere.length)));
  const foreign = [
    ...(state.schema && state.schema.mark !== schemaMark(project) ? [`schema ${schema}`] : []),
    ...ROLE_KINDS.flatMap((kind) => [roles[kind], alternates[kind]])
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
export async function repair(
  sql: Sql,
  names: SchemaNames,
  before: SchemaState,
  passwords: Logins,
): Promise<"created" | "updated" | "unchanged"> {
  const plan = async (state: SchemaState) => repairs(names, state, await newVerifiers(names, state, passwords));
  if ((await plan(before)).length === 0) return "unchanged";
  await withRights(sql, async () => {
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
  names: SchemaNames,
  state: SchemaState,
  passwords: Logins,
): Promise<Partial<Record<RoleKind, string>>> {
  const entries = await Promise.all(
    ROLE_KINDS.map(async (kind) => {
      if (await verifies(state.roles[currentLogin(names, state, kind)]?.verifier, passwords[kind])) return [];
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
