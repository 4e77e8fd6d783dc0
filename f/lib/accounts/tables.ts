import { identifier } from "../postgres/quote.ts";
import { rolesOf } from "../postgres/roles.ts";

/** Who belongs to a project: its accounts are the GoTrue users who joined it, grouped into organizations. */
export const ACCOUNT_TABLES = [
  "account_policy",
  "account",
  "organization",
  "organization_member",
  "organization_invite",
] as const;

/** Their full names in a project's schema, quoted. */
export function accountTables(schema: string) {
  const table = (name: (typeof ACCOUNT_TABLES)[number]) => `${identifier(schema)}.${name}`;
  return {
    policy: table("account_policy"),
    account: table("account"),
    organization: table("organization"),
    member: table("organization_member"),
    invite: table("organization_invite"),
  };
}

/**
 * A token from before `signed_out_at` counts for nothing here, although it has not ended yet.
 *
 * The statements that make the tables in a project's schema, each of which may run again; a column is added by a
 * further statement. Rights are set anew: a default may have given more. One pending invite per address and
 * organization; the key of an address is as `emailAddress` gives it.
 */
export function accountStatements(schema: string): string[] {
  const { policy, account, organization, member, invite } = accountTables(schema);
  const { app, readonly } = rolesOf(schema);
  const all = [policy, account, organization, member, invite].join(", ");
  return [
    `create table if not exists ${policy} (
       only_one boolean primary key default true check (only_one),
       sign_up text not null check (sign_up in ('open', 'invited'))
     )`,
    `create table if not exists ${account} (
       user_id uuid primary key,
       email text not null check (octet_length(email) <= 254),
       email_key text not null,
       name text check (length(name) <= 100),
       created_at timestamptz not null default now(),
       updated_at timestamptz not null default now(),
       signed_out_at timestamptz
     )`,
    `create index if not exists account_email_key on ${account} (email_key)`,
    `create table if not exists ${organization} (
       id uuid primary key default gen_random_uuid(),
       name text not null check (length(name) between 1 and 100),
       created_at timestamptz not null default now()
     )`,
    `create table if not exists ${member} (
       organization_id uuid not null references ${organization} on delete cascade,
       user_id uuid not null references ${account} on delete cascade,
       role text not null check (role in ('owner', 'admin', 'member')),
       joined_at timestamptz not null default now(),
       primary key (organization_id, user_id)
     )`,
    `create index if not exists organization_member_user_id on ${member} (user_id)`,
    `create table if not exists ${invite} (
       id uuid primary key default gen_random_uuid(),
       organization_id uuid not null references ${organization} on delete cascade,
       email text not null check (octet_length(email) <= 254),
       email_key text not null,
       role text not null check (role in ('owner', 'admin', 'member')),
       invited_by uuid references ${account} on delete set null,
       created_at timestamptz not null default now(),
       expires_at timestamptz not null,
       accepted_at timestamptz
     )`,
    `create unique index if not exists organization_invite_pending
       on ${invite} (organization_id, email_key) where accepted_at is null`,
    `create index if not exists organization_invite_email_key on ${invite} (email_key)`,
    `revoke all on ${all} from public, ${identifier(app)}, ${identifier(readonly)}`,
    `grant select, insert, update, delete on ${all} to ${identifier(app)}`,
    `revoke insert, update, delete on ${policy} from ${identifier(app)}`,
    `grant select on ${all} to ${identifier(readonly)}`,
  ];
}
