import { emailAddress } from "../email.ts";
import { NotFoundError } from "../errors.ts";
import type { Person } from "../gotrue/verify.ts";
import { isUuid, schemaOf } from "../names.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import { addAccount } from "./join.ts";
import { atLeast, type Membership, type Role } from "./members.ts";
import { accountTables } from "./tables.ts";

export type Accepted = Membership & { status: "created" | "updated" | "unchanged" };

/**
 * Makes the user a member as the invitation says, and an account of this project when there was none; the invitation is
 * theirs by their confirmed address. Accepting once more changes nothing; a role that is higher already stays.
 * Throws NotFound for an invitation of somebody else's, one that has expired or none, all alike.
 */
export async function acceptInvite(
  sql: Sql,
  { project, who, invite: id }: { project: string; who: Person; invite: string },
): Promise<Accepted> {
  if (!isUuid(id)) throw noInvite();
  const tables = accountTables(schemaOf(project));
  return transaction(sql, async () => {
    const { rows } = await sql.query<{ organization_id: string; role: Role; accepted: boolean }>(
      `select organization_id, role, accepted_at is not null as accepted from ${tables.invite}
        where id = $1 and email_key = $2 and (accepted_at is not null or expires_at > now()) for update`,
      [id, emailAddress(who.email).key],
    );
    const found = rows[0];
    if (!found) throw noInvite();
    const before = await roleOf(sql, tables, found.organization_id, who.id);
    if (found.accepted) {
      // Who was removed since does not come back by an old invitation.
      if (!before) throw noInvite();
      return { organization: found.organization_id, role: before, status: "unchanged" };
    }
    await addAccount(sql, tables, who);
    const role = before && atLeast(before, found.role) ? before : found.role;
    await sql.query(
      `insert into ${tables.member} (organization_id, user_id, role) values ($1, $2, $3)
       on conflict (organization_id, user_id) do update set role = excluded.role`,
      [found.organization_id, who.id, role],
    );
    await sql.query(`update ${tables.invite} set accepted_at = now() where id = $1`, [id]);
    const status = !before ? "created" : before === role ? "unchanged" : "updated";
    return { organization: found.organization_id, role, status };
  });
}

async function roleOf(
  sql: Sql,
  { member }: ReturnType<typeof accountTables>,
  organization: string,
  user: string,
): Promise<Role | undefined> {
  const { rows } = await sql.query<{ role: Role }>(
    `select role from ${member} where organization_id = $1 and user_id = $2 for update`,
    [organization, user],
  );
  return rows[0]?.role;
}

const noInvite = (): NotFoundError =>
  new NotFoundError("There is no such invitation for the signed-in user", {
    hint: "Sign in with the address that was invited, or ask to be invited again.",
  });
