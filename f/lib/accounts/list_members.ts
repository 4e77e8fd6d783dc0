import { schemaOf } from "../names.ts";
import type { Sql } from "../postgres/connect.ts";
import { atLeast, type Role } from "./members.ts";
import { accountTables } from "./tables.ts";

/** A member, or an address that was invited and has not accepted yet; then `id` is the invitation's. */
export type ListedMember = {
  id: string;
  email: string;
  name: string | null;
  role: Role;
  status: "joined" | "invited";
  since: string;
};

/** Who belongs to an organization, owners first; who is invited as well, for its owners and admins. */
export async function listMembers(
  sql: Sql,
  { project, organization, role }: { project: string; organization: string; role: Role },
): Promise<{ items: ListedMember[] }> {
  const { account, member, invite } = accountTables(schemaOf(project));
  const { rows } = await sql.query<Omit<ListedMember, "since"> & { since: Date }>(
    `select * from (
     select user_id as id, email, name, role, 'joined' as status, joined_at as since
       from ${member} join ${account} using (user_id) where organization_id = $1
     union all
     select id, email, null, role, 'invited', created_at from ${invite}
      where organization_id = $1 and accepted_at is null and expires_at > now() and $2) as listed
     order by status desc, array_position(array['owner', 'admin', 'member'], role), since, id`,
    [organization, atLeast(role, "admin")],
  );
  return { items: rows.map((row) => ({ ...row, since: row.since.toISOString() })) };
}
