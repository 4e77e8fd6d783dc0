import { emailAddress } from "../email.ts";
import type { Person } from "../gotrue/verify.ts";
import { schemaOf } from "../names.ts";
import type { Sql } from "../postgres/connect.ts";
import type { Membership } from "./members.ts";
import { accountTables } from "./tables.ts";

/** What an app's front end shows of who is signed in. Times are ISO 8601 in UTC. */
export type Session = {
  user: { id: string; email: string };
  /** Nothing for a user who has not joined this project. */
  account: { name: string | null; createdAt: string } | null;
  organizations: (Membership & { name: string })[];
  /** What the user was invited to and has not accepted yet. */
  invites: { id: string; organization: string; name: string; role: string; expiresAt: string }[];
};

/** Reads who a verified user is in this project. */
export async function readSession(sql: Sql, project: string, { id, email }: Person): Promise<Session> {
  const { account, organization, member, invite } = accountTables(schemaOf(project));
  const { rows } = await sql.query<Pick<Session, "account" | "organizations" | "invites">>(
    `select
       (select json_build_object('name', name, 'createdAt', ${iso("created_at")}) from ${account} where user_id = $1)
         as account,
       (select coalesce(json_agg(json_build_object('organization', o.id, 'name', o.name, 'role', m.role)
                                 order by m.joined_at, o.id), '[]')
          from ${member} m join ${organization} o on o.id = m.organization_id where m.user_id = $1)
         as organizations,
       (select coalesce(json_agg(json_build_object('id', i.id, 'organization', o.id, 'name', o.name, 'role', i.role,
                                 'expiresAt', ${iso("i.expires_at")}) order by i.created_at), '[]')
          from ${invite} i join ${organization} o on o.id = i.organization_id
         where i.email_key = $2 and i.accepted_at is null and i.expires_at > now())
         as invites`,
    [id, emailAddress(email).key],
  );
  return { user: { id, email }, ...rows[0]! };
}

const iso = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
