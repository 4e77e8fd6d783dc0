import { type Sql, transaction } from "../postgres/connect.ts";

/**
 * run8n's own records, in the schema `run8n` of the server's database. Every statement may run again; a column is
 * added by a further statement, never by editing one that has been released.
 */
const STATEMENTS = [
  "create schema if not exists run8n",
  unless(
    "not exists (select from pg_namespace, aclexplode(nspacl) where nspname = 'run8n' and grantee = 0)",
    "revoke all on schema run8n from public",
  ),
  // Held by whoever changes rights: two at once would fail with "tuple concurrently updated".
  "create table if not exists run8n.rights ()",
  `create table if not exists run8n.lease (
     key text primary key,
     owner text not null,
     reason text not null,
     token bigint not null,
     taken_at timestamptz not null,
     expires_at timestamptz not null
   )`,
  `create table if not exists run8n.operation (
     id uuid primary key default gen_random_uuid(),
     started_at timestamptz not null default now(),
     actor text not null,
     job_id text not null,
     verb text not null,
     project text,
     arguments jsonb not null,
     plan_hash text,
     status text not null check (status in ('running', 'succeeded', 'failed')),
     result jsonb,
     error jsonb,
     duration_ms integer
   )`,
  unless(
    "to_regclass('run8n.operation_project_started_at') is not null",
    "create index operation_project_started_at on run8n.operation (project, started_at desc)",
  ),
  `create table if not exists run8n.project (
     name text primary key,
     template text not null,
     status text not null,
     url text,
     created_at timestamptz not null default now(),
     updated_at timestamptz not null default now()
   )`,
  `create table if not exists run8n.site (
     project text primary key,
     settings jsonb not null,
     updated_at timestamptz not null default now()
   )`,
  `create table if not exists run8n.route (
     host text primary key,
     project text not null,
     route jsonb not null,
     updated_at timestamptz not null default now()
   )`,
  addColumn("run8n.lease", "session_pid", "integer"),
  addColumn("run8n.lease", "session_started_at", "timestamptz"),
  addColumn("run8n.project", "live_at", "timestamptz"),
  addColumn("run8n.project", "manifest", "jsonb"),
  addColumn("run8n.project", "environment_of", "text"),
  addColumn("run8n.project", "environment", "text"),
  addColumn("run8n.project", "expires_at", "timestamptz"),
  addColumn("run8n.project", "deleted_at", "timestamptz"),
  addColumn("run8n.project", "drop_at", "timestamptz"),
  addColumn("run8n.project", "dropping_at", "timestamptz"),
  `create table if not exists run8n.phase (
     project text not null,
     phase text not null,
     ended_at timestamptz not null default clock_timestamp(),
     seconds double precision not null,
     primary key (project, phase)
   )`,
  `create table if not exists run8n.dump (
     id text primary key,
     project text not null,
     taken_at timestamptz not null default now(),
     structure_before_rows text[] not null,
     structure_after_rows text[] not null,
     relations jsonb not null
   )`,
  `create table if not exists run8n.dump_part (
     dump text not null references run8n.dump on delete cascade,
     relation text not null,
     part bigint not null,
     lines text[] not null,
     primary key (dump, relation, part)
   )`,
  `create table if not exists run8n.nocodb_dump (
     id text primary key,
     project text not null,
     taken_at timestamptz not null default now(),
     complete boolean not null default false,
     structure jsonb not null,
     records bigint not null default 0
   )`,
  `create table if not exists run8n.nocodb_dump_part (
     dump text not null references run8n.nocodb_dump on delete cascade,
     part bigint not null,
     records jsonb not null,
     primary key (dump, part)
   )`,
  `create table if not exists run8n.collection_backup (
     id uuid primary key,
     project text not null,
     collection text not null,
     taken_at timestamptz not null default now(),
     points bigint not null,
     size_bytes bigint not null,
     sha256 text not null
   )`,
  `create table if not exists run8n.collection_backup_part (
     backup uuid not null references run8n.collection_backup on delete cascade,
     part integer not null,
     bytes bytea not null,
     primary key (backup, part)
   )`,
  `create table if not exists run8n.access_key (
     id text primary key,
     project text not null,
     environment text not null,
     target text not null,
     name text not null,
     verbs text[] not null,
     key_hash bytea not null,
     created_at timestamptz not null default now(),
     created_by text not null,
     expires_at timestamptz not null,
     last_used_at timestamptz,
     revoked_at timestamptz
   )`,
  unless(
    "to_regclass('run8n.access_key_holder') is not null",
    "create unique index access_key_holder on run8n.access_key (target, name) where revoked_at is null",
  ),
];

/** What Postgres says when another caller creates the same thing at the same moment: `if not exists` alone races. */
const CREATED_MEANWHILE = ["23505", "42P06", "42P07", "42701", "42710", "40P01", "XX000"];
const TRIES = 10;

/**
 * Creates what is missing. Callers that meet try again, until one of them has created everything: an advisory lock to
 * queue for could be held by any role that may connect.
 */
export async function ensureTables(sql: Sql): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await transaction(sql, () => sql.query(STATEMENTS.join(";\n")));
      return;
    } catch (error) {
      if (attempt === TRIES || !CREATED_MEANWHILE.includes((error as { code?: string }).code ?? "")) throw error;
    }
  }
}

/** Looks first: `if not exists` of an index or a column locks writers out of the table even when nothing is to do. */
function unless(condition: string, statement: string): string {
  return `do $$ begin if not (${condition}) then ${statement}; end if; end $$`;
}

function addColumn(table: string, column: string, type: string): string {
  return unless(
    `exists (select from pg_attribute where attrelid = '${table}'::regclass and attname = '${column}')`,
    `alter table ${table} add column ${column} ${type}`,
  );
}

/** What Postgres says when a schema, a table or a column of ours is not there yet. */
const NOT_THERE_YET = ["3F000", "42P01", "42703"];

/** Runs the work; on a server that has never seen run8n, or an older one, creates what is missing and runs it again. */
export async function withTables<T>(sql: Sql, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!NOT_THERE_YET.includes((error as { code?: string }).code ?? "")) throw error;
    await ensureTables(sql);
    return await work();
  }
}
