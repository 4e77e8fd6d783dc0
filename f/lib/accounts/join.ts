import { emailAddress } from "../email.ts";
import { ForbiddenError } from "../errors.ts";
import type { Person } from "../gotrue/verify.ts";
import { schemaOf } from "../names.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import type { SignUpPolicy } from "./policy.ts";
import { accountTables } from "./tables.ts";

export type Joined = {
  user: string;
  /** The organization made for a new account; nothing for one that was there, or that was invited to another. */
  organization: string | null;
  status: "created" | "unchanged";
};

export type JoinPorts = {
  sql: Sql;
  /** Throws when GoTrue lets people in whose address nobody has confirmed. */
  requireConfirmedAddresses: () => Promise<void>;
};

/**
 * Makes a signed-in user an account of this project, once. A new one gets an organization of its own, unless a pending
 * invitation waits for its address and no name is given. Throws Forbidden where only invited addresses may join.
 */
export async function joinProject(
  { sql, requireConfirmedAddresses }: JoinPorts,
  { project, who, name, organization }: { project: string; who: Person; name?: string; organization?: string },
): Promise<Joined> {
  const tables = accountTables(schemaOf(project));
  const { policy, invited } = await admission(sql, tables, who.email);
  if (policy === "invited") {
    await requireConfirmedAddresses();
    if (!invited && !(await hasAccount(sql, tables, who.id))) throw notInvited();
  }
  return transaction(sql, async () => {
    const isNew = await addAccount(sql, tables, who, name);
    const makesOne = isNew && policy === "open" && (organization !== undefined || !invited);
    const made = makesOne ? await addOrganization(sql, tables, who, organization ?? nameFor(who)) : null;
    return { user: who.id, organization: made, status: isNew ? "created" : "unchanged" };
  });
}

type Tables = ReturnType<typeof accountTables>;

/** Keeps an account for the user; answers whether it is new. The address follows GoTrue's. */
export async function addAccount(sql: Sql, { account }: Tables, who: Person, name?: string): Promise<boolean> {
  const { email, key } = emailAddress(who.email);
  const { rows } = await sql.query<{ is_new: boolean }>(
    `insert into ${account} as a (user_id, email, email_key, name) values ($1, $2, $3, $4)
     on conflict (user_id) do update set email = excluded.email, email_key = excluded.email_key, updated_at = now()
     returning xmax = 0 as is_new`,
    [who.id, email, key, name ?? null],
  );
  return rows[0]?.is_new ?? false;
}

export async function addOrganization(sql: Sql, tables: Tables, who: Person, name: string): Promise<string> {
  const { rows } = await sql.query<{ id: string }>(
    `with made as (insert into ${tables.organization} (name) values ($2) returning id)
     insert into ${tables.member} (organization_id, user_id, role) select id, $1, 'owner' from made
     returning organization_id as id`,
    [who.id, name],
  );
  return rows[0]!.id;
}

async function admission(sql: Sql, { policy, invite }: Tables, email: string) {
  const { rows } = await sql.query<{ policy: SignUpPolicy; invited: boolean }>(
    `select (select sign_up from ${policy}) as policy,
            exists (select from ${invite} where email_key = $1 and accepted_at is null and expires_at > now()) as invited`,
    [emailAddress(email).key],
  );
  return { policy: rows[0]?.policy ?? "invited", invited: rows[0]?.invited ?? false };
}

async function hasAccount(sql: Sql, { account }: Tables, user: string): Promise<boolean> {
  return (await sql.query(`select 1 from ${account} where user_id = $1`, [user])).rows.length > 0;
}

const nameFor = ({ email }: Person): string => email.slice(0, email.indexOf("@")).slice(0, 100);

const notInvited = (): ForbiddenError =>
  new ForbiddenError("Only invited people may join this project", {
    hint: "Ask a member to invite the address you signed in with.",
  });
