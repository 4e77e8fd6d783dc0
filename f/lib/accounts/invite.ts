import { emailAddress } from "../email.ts";
import { ConflictError, ForbiddenError, InvalidInputError } from "../errors.ts";
import { describe, schemaOf } from "../names.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import { rateLimitKey, type SendCommands, takeFromLimits } from "../redis/rate_limit.ts";
import { atLeast, ROLES, type Role } from "./members.ts";
import { accountTables } from "./tables.ts";

export type Invitation = {
  project: string;
  organization: string;
  /** Who invites, and what they are there; an operator is nobody in particular. */
  by: { id: string | null; role: Role };
  email?: string;
  role?: string;
};

export type Invited = {
  id: string;
  organization: string;
  email: string;
  role: Role;
  expiresAt: string;
  status: "invited";
};

export type InvitePorts = {
  sql: Sql;
  /** Counts against limits; not given for an operator. */
  redis?: SendCommands;
  /** Sends the address a link that signs its owner in and leads to the invitation. */
  mail: (email: string, invite: string) => Promise<void>;
};

const DAYS = 7;
/** Members and pending invitations together, so that a list of them is one answer. */
const MAX_MEMBERS = 500;
const LIMITS = {
  organization: { limit: 30, windowSeconds: 3600 },
  address: { limit: 5, windowSeconds: 3600 },
};

/**
 * Invites an address into an organization, by mail; again, while it has not accepted, it is the same invitation with
 * the new role and time. The answer does not tell whether the address has an account anywhere.
 * Throws InvalidInput, Forbidden for a role above the inviter's own, Conflict for a member or a full organization,
 * RateLimited, Upstream when the mail could not be sent: call again then.
 */
export async function inviteMember(ports: InvitePorts, invitation: Invitation): Promise<Invited> {
  const { organization, by } = invitation;
  const { email, key } = emailAddress(invitation.email);
  const role = roleToGive(invitation.role, by.role);
  if (ports.redis) await limit(ports.redis, invitation, key);
  const { id, expires_at } = await keep(ports.sql, { ...invitation, email, key, role });
  await ports.mail(email, id);
  return { id, organization, email, role, expiresAt: expires_at.toISOString(), status: "invited" };
}

const limit = (redis: SendCommands, { project, organization }: Invitation, address: string): Promise<void> =>
  takeFromLimits(redis, [
    { key: rateLimitKey(project, "invites", organization), ...LIMITS.organization },
    { key: rateLimitKey(project, "invites", Buffer.from(address).toString("base64url")), ...LIMITS.address },
  ]);

function roleToGive(value: unknown, own: Role): Role {
  const role = value === undefined ? "member" : ROLES.find((one) => one === value);
  if (!role) {
    throw new InvalidInputError(`role must be one of ${ROLES.join(", ")}; got ${describe(value)}`, {
      hint: 'Leave it out for "member".',
      details: { argument: "role" },
    });
  }
  if (atLeast(own, role)) return role;
  throw new ForbiddenError("Nobody may give a role above their own", { hint: "Ask an owner of the organization." });
}

type Kept = Invitation & { email: string; key: string; role: Role };

async function keep(sql: Sql, { project, organization, by, email, key, role }: Kept) {
  const { account, organization: organizations, member, invite } = accountTables(schemaOf(project));
  return transaction(sql, async () => {
    // Whoever invites at the same moment waits here, so that the organization does not grow past its limit.
    await sql.query(`select 1 from ${organizations} where id = $1 for update`, [organization]);
    const { rows: found } = await sql.query<{ is_member: boolean; size: string }>(
      `select exists (select from ${member} join ${account} using (user_id)
                       where organization_id = $1 and email_key = $2) as is_member,
              (select count(*) from ${member} where organization_id = $1)
                + (select count(*) from ${invite} where organization_id = $1 and accepted_at is null and email_key <> $2)
                as size`,
      [organization, key],
    );
    if (found[0]?.is_member) throw isMember();
    if (Number(found[0]?.size) >= MAX_MEMBERS) throw isFull();
    const { rows } = await sql.query<{ id: string; expires_at: Date }>(
      `insert into ${invite} (organization_id, email, email_key, role, invited_by, expires_at)
         values ($1, $2, $3, $4, $5, now() + make_interval(days => ${DAYS}))
       on conflict (organization_id, email_key) where accepted_at is null do update
         set role = excluded.role, invited_by = excluded.invited_by, expires_at = excluded.expires_at
       returning id, expires_at`,
      [organization, email, key, role, by.id],
    );
    return rows[0]!;
  });
}

const isMember = () =>
  new ConflictError("This address belongs to a member of the organization", {
    hint: "See the members of the organization.",
  });

const isFull = () =>
  new ConflictError(`An organization has at most ${MAX_MEMBERS} members and pending invitations`, {
    hint: "Remove members or invitations first.",
  });
