import { schemaOf } from "../names.ts";
import { operate } from "../operations/operate.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import { identifier } from "../postgres/quote.ts";
import { requireSchema } from "../postgres/require_schema.ts";
import { rolesOf } from "../postgres/roles.ts";
import { tableState } from "../postgres/table_state.ts";
import { tablesGap } from "../postgres/tables_gap.ts";

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
    const before = await look(sql, schema);
    await transaction(sql, () => build(sql, schema));
    const after = await look(sql, schema);
    return { project, table, status: before === undefined ? "created" : before === after ? "unchanged" : "updated" };
  });
}

/** What `ensureWaitlist` would do to a project's table; nothing is changed. */
export const waitlistGap = (sql: Sql, project: string) =>
  tablesGap(sql, schemaOf(project), {
    tables: ["waitlist_signup"],
    build: async () => {
      await build(sql, schemaOf(project));
      return false;
    },
  });

const look = (sql: Sql, schema: string) => tableState(sql, schema, ["waitlist_signup"]);

async function build(sql: Sql, schema: string): Promise<void> {
  await sql.query(`set local role ${identifier(rolesOf(schema).owner)}`);
  for (const statement of statements(schema)) await sql.query(statement);
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
