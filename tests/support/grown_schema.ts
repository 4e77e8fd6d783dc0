import { type Sql, withPostgres } from "../../f/lib/postgres/connect.ts";
import { ensureSchema } from "../../f/lib/postgres/ensure_schema.ts";
import { schemaNames } from "../../f/lib/postgres/roles.ts";
import type { PostgresqlValue } from "../../f/lib/resources.ts";
import { uniqueProject } from "./database.ts";
import { connectionOf } from "./project_roles.ts";
import { memoryWorkspace } from "./workspace.ts";

/** A schema with what a grown app has: keys between tables, odd names and values, views, functions, partitions. */
const STRUCTURE = `
  create type mood as enum ('good', 'it''s "bad"');
  create sequence ticket increment 5;
  create table author (id int generated always as identity primary key, name text not null default 'no''body' unique);
  create table "Odd ""name" (
    id serial primary key, author int references author on delete cascade, mood mood default 'good', "s" text,
    data json, amounts numeric(30, 10)[], bytes bytea, at timestamptz, span interval, ratio float8,
    twice text generated always as (coalesce("s", '') || coalesce("s", '')) stored, check (ratio <> 1)
  );
  create table measured (at date not null, value int) partition by range (at);
  create table measured_2025 partition of measured for values from ('2025-01-01') to ('2026-01-01');
  create table empty (id int);
  create index odd_lower on "Odd ""name" (lower("s")) where "s" is not null;
  create view names as select name from author;
  create function shout() returns trigger language plpgsql as $$ begin new.name = upper(new.name); return new; end $$;
  create trigger shouting before insert on author for each row execute function shout();
  insert into author (name) values ('ada'), ('bob'), (default);
  insert into "Odd ""name" (author, mood, "s", data, amounts, bytes, at, span, ratio) values
    (1, 'it''s "bad"', e'line\\none,\\t"two" \\\\ (three)', e'{"b": 1,\\n "a": 1, "a": 2}', '{{1.5,NaN},{-0.1,9999999999.9999999999}}',
     '\\x00ff', 'infinity', '1 mon -2 days', 'NaN'),
    (2, null, '', null, '{}', '', '0044-03-15 12:00:00+00 BC', '0', '-0'),
    (null, 'good', '🦊 \u202e', '[]', null, null, '2025-01-01', null, 0.1);
  insert into measured values ('2025-02-03', 7), ('2025-12-31', null);
  select nextval('ticket'), nextval('ticket');
`;

/** A project with such a schema; all values are made up. */
export async function grownProject(sql: Sql, db: PostgresqlValue, structure = STRUCTURE) {
  const project = `my-${uniqueProject()}`;
  const workspace = memoryWorkspace();
  await ensureSchema({ sql, db, workspace }, project);
  const names = schemaNames(project);
  await withPostgres(connectionOf(workspace, names.folder, "owner"), (as) => as.query(structure));
  return { ...names, workspace, confirmed: { project, confirm: project } };
}

/** All rows of all tables of a schema, as text. */
export async function contents(sql: Sql, schema: string): Promise<Record<string, string[]>> {
  const { rows } = await sql.query<{ relname: string }>(
    "select relname from pg_class where relnamespace = to_regnamespace($1) and relkind = 'r' order by relname",
    [schema],
  );
  const found: Record<string, string[]> = {};
  for (const { relname } of rows) {
    const table = `${schema}."${relname.replaceAll('"', '""')}"`;
    const lines = await sql.query<{ line: string }>(`select (t.*)::text as line from ${table} t order by 1`);
    found[relname] = lines.rows.map(({ line }) => line);
  }
  return found;
}
