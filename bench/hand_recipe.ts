import { randomBytes } from "node:crypto";
import type { PostgresqlValue } from "../f/lib/resources.ts";

/** The psql of a server, as a person calls it there over ssh. */
export const psql = ({ host, port, user, password, dbname }: PostgresqlValue): string =>
  `PGPASSWORD=${password} psql -X -q -v ON_ERROR_STOP=1 -h ${host} -p ${port} -U ${user} ${dbname}`;

/**
 * What the manuals tell to run for a project of its own in a shared database, one `psql` for each step: three roles with
 * limits, a schema, rights, and rights on what will come. It may run once.
 */
export function handRecipe(name: string, dbname: string): string[] {
  const password = () => randomBytes(24).toString("hex");
  const [owner, app, readonly] = [`${name}_owner`, `${name}_app`, `${name}_readonly`];
  return [
    `create role ${owner} login noinherit connection limit 5 password '${password()}';
     create role ${app} login noinherit connection limit 20 password '${password()}';
     create role ${readonly} login noinherit connection limit 5 password '${password()}';`,
    `revoke connect, temporary on database ${dbname} from public; revoke all on schema public from public;
     grant connect, temporary on database ${dbname} to ${owner}; grant connect on database ${dbname} to ${app}, ${readonly};`,
    `create schema ${name} authorization ${owner}; grant usage on schema ${name} to ${app}, ${readonly};`,
    `alter default privileges for role ${owner} grant select, insert, update, delete on tables to ${app};
     alter default privileges for role ${owner} grant usage, select, update on sequences to ${app};
     alter default privileges for role ${owner} grant select on tables to ${readonly};
     alter default privileges for role ${owner} revoke execute on functions from public;`,
    [owner, app, readonly]
      .map(
        (role) => `alter role ${role} set search_path = ${name}; alter role ${role} set statement_timeout = '30s';
          alter role ${role} set lock_timeout = '5s'; alter role ${role} set idle_in_transaction_session_timeout = '60s';`,
      )
      .join("\n"),
  ];
}

/** The table that an app's waitlist needs, with the rights that are not given by default. */
export const waitlistRecipe = (name: string): string =>
  `set role ${name}_owner; create table ${name}.waitlist (
     id bigint generated always as identity primary key, email text not null, created_at timestamptz not null default now());
   create unique index waitlist_email on ${name}.waitlist (lower(email));`;
