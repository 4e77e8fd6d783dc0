import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from "../errors.ts";
import { describe, isUuid, schemaOf } from "../names.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import { atLeast, ROLES, type Role } from "./members.ts";
import { accountTables } from "./tables.ts";

/** Whose membership it is, and who changes it. */
export type MemberChange = { project: string; organization: string; user: string; by: { id: string } };

export type ChangedMember = { organization: string; user: string; role: Role; status: "updated" | "unchanged" };
export type RemovedMember = { organization: string; user: string; status: "deleted" | "absent" };

/**
 * Gives a member another role. Nobody may give a role above their own or change somebody above them, and one owner
 * stays. Throws InvalidInput, Forbidden, NotFound for who is no member, Conflict for the last owner.
 */
export async function updateMember(sql: Sql, change: MemberChange & { role?: string }): Promise<ChangedMember> {
  const role = ROLES.find((one) => one === change.role);
  if (!role) {
    throw new InvalidInputError(`role must be one of ${ROLES.join(", ")}; got ${describe(change.role)}`, {
      hint: 'Send { "role": "admin" }.',
      details: { argument: "role" },
    });
  }
  const { organization, user } = change;
  const { member } = accountTables(schemaOf(change.project));
  return changing(sql, change, async ({ before, own }) => {
    if (!before) throw new NotFoundError("There is no such member", { hint: "See the members of the organization." });
    requireRight(own, before, role);
    if (before === role) return { organization, user, role, status: "unchanged" };
    if (before === "owner") await requireOtherOwner(sql, change);
    const set = `update ${member} set role = $3 where organization_id = $1 and user_id = $2`;
    await sql.query(set, [organization, user, role]);
    return { organization, user, role, status: "updated" };
  });
}

/** Takes somebody out of an organization, or lets them leave it themselves; the same rules, safe to repeat. */
export async function deleteMember(sql: Sql, change: MemberChange): Promise<RemovedMember> {
  const { organization, user, by } = change;
  const { member } = accountTables(schemaOf(change.project));
  return changing(sql, change, async ({ before, own }) => {
    if (!before) return { organization, user, status: "absent" };
    if (by.id !== user) requireRight(own, before);
    if (before === "owner") await requireOtherOwner(sql, change);
    await sql.query(`delete from ${member} where organization_id = $1 and user_id = $2`, [organization, user]);
    return { organization, user, status: "deleted" };
  });
}

type Roles = { before: Role | undefined; own: Role };

/**
 * Whoever changes the same organization at the same moment waits, so that two owners cannot both leave it; and what the
 * caller is there is read again, since it may have changed after the guard looked.
 */
async function changing<T>(
  sql: Sql,
  { project, organization, user, by }: MemberChange,
  work: (roles: Roles) => Promise<T>,
): Promise<T> {
  const tables = accountTables(schemaOf(project));
  return transaction(sql, async () => {
    await sql.query(`select 1 from ${tables.organization} where id = $1 for update`, [organization]);
    const { rows } = await sql.query<{ id: string; role: Role }>(
      `select user_id as id, role from ${tables.member} where organization_id = $1 and user_id = any($2)`,
      [organization, [by.id, user].filter(isUuid)],
    );
    const own = rows.find(({ id }) => id === by.id)?.role;
    if (!own)
      throw new ForbiddenError("The caller does not belong to this organization", { hint: "Ask to be invited." });
    return work({ before: rows.find(({ id }) => id === user)?.role, own });
  });
}

function requireRight(own: Role, ...roles: Role[]): void {
  if (atLeast(own, "admin") && roles.every((role) => atLeast(own, role))) return;
  throw new ForbiddenError("Nobody may change a member above them, or give a role above their own", {
    hint: "Ask an owner of the organization.",
  });
}

async function requireOtherOwner(sql: Sql, { project, organization, user }: MemberChange): Promise<void> {
  const { member } = accountTables(schemaOf(project));
  const { rows } = await sql.query(
    `select 1 from ${member} where organization_id = $1 and role = 'owner' and user_id <> $2 limit 1`,
    [organization, user],
  );
  if (rows.length > 0) return;
  throw new ConflictError("An organization keeps at least one owner", { hint: "Make somebody else an owner first." });
}
