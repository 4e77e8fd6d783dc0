import { PreconditionError } from "../errors.ts";
import { schemaOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import { identifier } from "../postgres/quote.ts";
import { rolesOf } from "../postgres/roles.ts";

export type EnsuredWaitlist = { project: string; table: string; status: "created" | "updated" | "unchanged" };

/**
 * Makes a project's waitlist table exist with its columns and rights: it belongs to the project's owner role, the app
 * role may add and read sign-ups but neither change nor delete them, the read-only role may read. Running it again
 * changes nothing. Throws Precondition when the project has no schema yet.
 */
export async function ensureWaitlist(sql: Sql, project: string): Promise<EnsuredWaitlist> {
  const schema = schemaOf(project);
  return operate({ sql, verb: "infra/waitlist/ensure_waitlist", project, arguments: { project } }, async () => {
    const table = `${schema}.waitlist_signup`;
    await requireSchema(sql, schema);
    const before = await look(sql, table);
    await transaction(sql, async () => {
      await sql.query(`set local role ${identifier(rolesOf(schema).owner)}`);
      for (const statement of statements(schema)) await sql.query(statement);
    });
    const after = await look(sql, table);
    return { project, table, status: before === undefined ? "created" : before === after ? "unchanged" : "updated" };
  });
}

/** Each may run again; a column is added by a further statement. Rights are set anew: a default may have given more. */
const statements = (schema: string): string[] => {
  const table = `${identifier(schema)}.waitlist_signup`;
  const { app, readonly } = rolesOf(schema);
  return [
    `create table if not exists ${table} (
     id uuid primary key default gen_random_uuid(),
     email text not null check (octet_length(email) <= 254),
     email_key text not null unique,
     name text check (length(name) <= 100),
     source text check (length(source) <= 100),
     created_at timestamptz not null default now()
   )`,
    `create index if not exists waitlist_signup_created_at on ${table} (created_at)`,
    `revoke all on ${table} from public, ${identifier(app)}, ${identifier(readonly)}`,
    `grant select, insert on ${table} to ${identifier(app)}`,
    `grant select on ${table} to ${identifier(readonly)}`,
  ];
};

async function requireSchema(sql: Sql, schema: string): Promise<void> {
  const { rows } = await sql.query<{ ready: boolean }>(
    `select to_regnamespace($1) is not null and count(*) = 3 as ready
       from pg_roles where rolname = any(array[$1 || '_owner', $1 || '_app', $1 || '_readonly'])`,
    [schema],
  );
  if (rows[0]?.ready) return;
  throw new PreconditionError(`The project has no schema ${schema} with its three roles yet`, {
    hint: "Run f/infra/postgres/ensure_schema for the project first.",
    details: { schema },
  });
}

/** The table as the catalogue has it, as text to compare; nothing when there is none. */
async function look(sql: Sql, table: string): Promise<string | undefined> {
  const { rows } = await sql.query<{ found: string }>(
    `select json_build_object(
       'owner', relowner::regrole,
       'rights', (select array_agg(right_ order by right_) from unnest(relacl::text[]) as right_),
       'columns', (select array_agg(attname || ' ' || atttypid::regtype order by attnum)
                     from pg_attribute where attrelid = oid and attnum > 0 and not attisdropped),
       'indexes', (select array_agg(indexrelid::regclass::text order by indexrelid) from pg_index where indrelid = oid)
     )::text as found
     from pg_class where oid = to_regclass($1)`,
    [table],
  );
  return rows[0]?.found;
}
