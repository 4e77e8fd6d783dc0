import { ForbiddenError, InvalidInputError } from "../errors.ts";
import { isUuid, schemaOf } from "../names.ts";
import type { Sql } from "../postgres/connect.ts";
import { accountTables } from "./tables.ts";

/** What a member of an organization may do; each may also do what those after it may. */
export const ROLES = ["owner", "admin", "member"] as const;
export type Role = (typeof ROLES)[number];

export type Membership = { organization: string; role: Role };

/** Whether someone with the one role may do what needs the other. */
export const atLeast = (has: Role, needed: Role): boolean => ROLES.indexOf(has) <= ROLES.indexOf(needed);

/** The account of a user in this project. Throws Forbidden when there is none. */
export async function accountOf(sql: Sql, project: string, user: string): Promise<{ user: string }> {
  const { account } = accountTables(schemaOf(project));
  const { rows } = await sql.query(`select 1 from ${account} where user_id = $1`, [user]);
  if (rows.length > 0) return { user };
  throw new ForbiddenError("The signed-in user has no account in this project", {
    hint: "Join the project first: POST auth/account.",
  });
}

/**
 * The membership of a user in the organization that is named, or in the only one there is. Throws Forbidden for one
 * that the user does not belong to or that does not exist, and for a lesser role; InvalidInput when several could be
 * meant.
 */
export async function membershipOf(
  sql: Sql,
  project: string,
  { user, organization, role }: { user: string; organization?: string; role: Role },
): Promise<Membership> {
  const { member } = accountTables(schemaOf(project));
  const { rows } = await sql.query<Membership>(
    `select organization_id as organization, role from ${member}
      where user_id = $1 and ($2::uuid is null or organization_id = $2) limit 2`,
    [user, organization === undefined ? null : organizationId(organization)],
  );
  const [found, another] = rows;
  if (!found) throw notMember();
  if (another) {
    throw new InvalidInputError("The signed-in user belongs to several organizations and none is named", {
      hint: "Send the id of one as organization.",
      details: { argument: "organization" },
    });
  }
  if (atLeast(found.role, role)) return found;
  throw new ForbiddenError(`This needs the role ${role} in the organization`, {
    hint: "Ask an owner of the organization for that role.",
  });
}

/** Throws Forbidden for what is no id: a stranger learns nothing about which organizations there are. */
function organizationId(value: string): string {
  if (isUuid(value)) return value;
  throw notMember();
}

const notMember = (): ForbiddenError =>
  new ForbiddenError("The signed-in user does not belong to this organization", {
    hint: "Use an organization that GET auth/session lists.",
  });
