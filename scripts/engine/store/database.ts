import { Database } from "bun:sqlite";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";

const TABLES = `
create table if not exists script (
  hash text primary key,
  path text not null,
  doc text not null,
  parent_hash text,
  archived integer not null default 0,
  created_at integer not null,
  created_by text not null
);
create index if not exists script_path on script (path, created_at);
create table if not exists script_lock (hash text primary key, job text not null, lock text, error text) without rowid;

create table if not exists item (
  kind text not null,
  path text not null,
  doc text not null,
  version integer not null default 1,
  created_by text not null,
  created_at integer not null,
  edited_by text not null,
  edited_at integer not null,
  primary key (kind, path)
);

create table if not exists flow_version (
  id integer primary key autoincrement,
  path text not null,
  doc text not null,
  created_by text not null,
  created_at integer not null
);
create index if not exists flow_version_path on flow_version (path, id);
create trigger if not exists flow_created after insert on item when new.kind = 'flow' begin
  insert into flow_version (path, doc, created_by, created_at) values (new.path, new.doc, new.edited_by, new.edited_at);
end;
create trigger if not exists flow_updated after update of doc on item when new.kind = 'flow' begin
  insert into flow_version (path, doc, created_by, created_at) values (new.path, new.doc, new.edited_by, new.edited_at);
end;

create table if not exists token (
  hash text primary key,
  prefix text not null,
  label text,
  owner text not null,
  email text not null,
  scopes text,
  created_at integer not null,
  expires_at integer
);

create table if not exists job (
  seq integer primary key autoincrement,
  id text not null unique,
  state text not null,
  lane text not null,
  kind text not null,
  path text,
  parent_job text,
  root_job text,
  created_by text not null,
  created_at integer not null,
  scheduled_for integer not null,
  started_at integer,
  completed_at integer,
  success integer,
  pid integer,
  attempts integer not null default 0,
  priority integer not null default 0,
  doc text not null,
  args text not null,
  result text,
  flow_status text,
  raw_flow text
);
create index if not exists job_waiting on job (lane, priority desc, scheduled_for, seq) where state = 'queued';
create index if not exists job_later on job (scheduled_for) where state = 'queued';
create index if not exists job_running on job (seq) where state = 'running';
create index if not exists job_parent on job (parent_job, seq) where parent_job is not null;
create index if not exists job_top on job (seq) where parent_job is null;
create index if not exists job_root on job (root_job) where root_job is not null;
create index if not exists job_path on job (path, seq);
create index if not exists job_completed on job (completed_at) where state = 'done';

create table if not exists log (job text primary key, text text not null) without rowid;
create table if not exists wakeup (job text primary key, at integer not null) without rowid;
create index if not exists wakeup_at on wakeup (at);
create table if not exists cleanup (job text primary key, at integer not null) without rowid;
create index if not exists cleanup_at on cleanup (at);
create table if not exists resume (
  job text not null,
  resume_id integer not null,
  value text not null,
  approver text,
  approved integer not null,
  created_at integer not null,
  primary key (job, resume_id)
);
create table if not exists setting (name text primary key, value text not null) without rowid;
create table if not exists blob (hash text primary key, text text not null) without rowid;
create table if not exists cached (key text primary key, result text not null, expires_at integer not null) without rowid;
`;

/** Opens (or creates) the engine's state. A process that is killed loses nothing that was answered. */
export function openDatabase(dataDir: string): Database {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, "engine.sqlite");
  const db = new Database(file, { create: true, strict: true });
  chmodSync(file, 0o600);
  db.run("pragma journal_mode = wal");
  db.run("pragma synchronous = normal");
  db.run("pragma busy_timeout = 5000");
  db.run(TABLES);
  return db;
}
