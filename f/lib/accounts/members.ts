import { ForbiddenError, InvalidInputError, UnauthorizedError } from "../errors.ts";
import type { VerifiedUser } from "../gotrue/verify.ts";
import { isUuid, schemaOf } from "../names.ts";
import type { Sql } from "../postgres/connect.ts";
import { accountTables } from "./tables.ts";

/** What a member of an organization may do; each may also do what those after it may. */
export const ROLES = ["owner", "admin", "member"] as const;
export type Role = (typeof ROLES)[number];

export type Membership = { organization: string; role: Role };

/** Whether someone with the one role may do what needs the other. */
export const atLeast = (has: Role, needed: Role): boolean => ROLES.indexOf(has) <= ROLES.indexOf(needed);

type Signed = Pick<VerifiedUser, "id" | "issuedAt">;

/**
 * Makes sure that a user has an account in this project. Throws Forbidden when there is none, Unauthorized for a token
 * from before they were signed out here.
 */
export async function requireAccount(sql: Sql, project: string, { id, issuedAt }: Signed): Promise<void> {
  const { account } = accountTables(schemaOf(project));
  const { rows } = await sql.query<{ signed_out: boolean }>(
    `select coalesce(signed_out_at > $2, false) as signed_out from ${account} where user_id = $1`,
    [id, issuedAt],
  );
  if (rows[0]?.signed_out) throw signedOut();
  if (rows[0]) return;
  throw new ForbiddenError("The signed-in user has no account in this project", {
    hint: "Join the project first: POST auth/account.",
  });
}

/**
 * The membership of a user in the organization that is named, or in the only one there is. Throws Forbidden for one
 * that the user does not belong to or that does not exist, and for a lesser role; InvalidInput when several could be
 * meant; Unauthorized for a token from before the user was signed out here.
 */
export async function membershipOf(
  sql: Sql,
  project: string,
  { who, organization, role }: { who: Signed; organization?: string; role: Role },
): Promise<Membership> {
  const { account, member } = accountTables(schemaOf(project));
  const { rows } = await sql.query<Membership & { signed_out: boolean }>(
    `select organization_id as organization, role, coalesce(signed_out_at > $3, false) as signed_out
       from ${member} join ${account} using (user_id)
      where user_id = $1 and ($2::uuid is null or organization_id = $2) limit 2`,
    [who.id, organization === undefined ? null : organizationId(organization), who.issuedAt],
  );
  const [found, another] = rows;
  if (!found) throw notMember();
  if (found.signed_out) throw signedOut();
  if (another) {
    throw new InvalidInputError("The signed-in user belongs to several organizations and none is named", {
      hint: "Send the id of one as organization.",
      details: { argument: "organization" },
    });
  }
  if (atLeast(found.role, role)) return { organization: found.organization, role: found.role };
  throw new ForbiddenError(`This needs the role ${role} in the organization`, {
    hint: "Ask an owner of the organization for that role.",
  });
}

/** Throws Forbidden for what is no id: a stranger learns nothing about which organizations there are. */
function organizationId(value: string): string {
  if (isUuid(value)) return value;
  throw notMember();
}

const signedOut = (): UnauthorizedError =>
  new UnauthorizedError("The user has been signed out since this token was made", { hint: "Sign in again." });

const notMember = (): ForbiddenError =>
  new ForbiddenError("The signed-in user does not belong to this organization", {
    hint: "Use an organization that GET auth/session lists.",
  });
