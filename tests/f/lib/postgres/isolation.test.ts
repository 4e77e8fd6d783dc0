import { beforeAll, describe, expect, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { ensureSchema } from "../../../../f/lib/postgres/ensure_schema.ts";
import { ROLE_KINDS, schemaNames } from "../../../../f/lib/postgres/roles.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { catalogue, connectionOf } from "../../../support/project_roles.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();
const workspace = memoryWorkspace();
const [mine, theirs] = [schemaNames(uniqueProject()), schemaNames(uniqueProject())];

beforeAll(() =>
  withPostgres(db, async (sql) => {
    for (const { project } of [mine, theirs]) await ensureSchema({ sql, db, workspace }, project);
    await sql.query("create table public.shared (id int); create table nocodb_like (id int)");
    for (const { folder } of [mine, theirs]) {
      await withPostgres(connectionOf(workspace, folder, "owner"), (as) =>
        as.query(`create table secret (id serial primary key, text text); insert into secret (text) values ('kept');
                  create function reveal() returns text language sql as 'select text from secret'`),
      );
    }
  }),
);

/** What a role of one project tries on the other; each must be refused, and leave nothing behind. */
const ATTACKS: Record<string, string> = {
  "read a table": `select * from ${theirs.schema}.secret`,
  "read through the search path": `set search_path = ${theirs.schema}; select * from secret`,
  "read through a view": `create view v as select * from ${theirs.schema}.secret`,
  "write a row": `insert into ${theirs.schema}.secret (text) values ('x')`,
  "change rows": `update ${theirs.schema}.secret set text = 'x'`,
  "delete rows": `delete from ${theirs.schema}.secret`,
  "truncate a table": `truncate ${theirs.schema}.secret`,
  "drop a table": `drop table ${theirs.schema}.secret`,
  "drop a schema": `drop schema ${theirs.schema} cascade`,
  "lock a table": `begin; lock table ${theirs.schema}.secret`,
  "call a function": `select ${theirs.schema}.reveal()`,
  "take a number": `select nextval('${theirs.schema}.secret_id_seq')`,
  "create in their schema": `create table ${theirs.schema}.mine (id int)`,
  "refer to their table": `create table r (id int references ${theirs.schema}.secret)`,
  "copy their table": `copy ${theirs.schema}.secret to stdout`,
  "read statistics of their rows": `select 1 / count(*) from pg_stats where schemaname = '${theirs.schema}'`,
  "become their owner": `set role ${theirs.roles.owner}`,
  "become their app": `set session authorization ${theirs.roles.app}`,
  "become the administrator": "set role postgres",
  "join their owner": `grant ${theirs.roles.owner} to current_user`,
  "let themselves in": `grant all on schema ${theirs.schema} to current_user`,
  "change defaults of theirs": `alter default privileges for role ${theirs.roles.owner} grant all on tables to public`,
  "take what they own": `reassign owned by ${theirs.roles.owner} to current_user`,
  "drop what they own": `drop owned by ${theirs.roles.owner} cascade`,
  "change their password": `alter role ${theirs.roles.app} password 'x'`,
  "unlock time for themselves for good": "alter database current_database_name set statement_timeout = 0",
  "become a superuser": "alter role current_user superuser",
  "create a role": "create role intruder",
  "create a database": "create database intruder",
  "create a schema": "create schema intruder",
  "create an extension": "create extension pg_trgm schema public",
  "create a language function": "create function f() returns int language internal as 'pg_backend_pid'",
  "create in public": "create table public.mine (id int)",
  "read in public": "select * from public.shared",
  "read in public by the search path": "set search_path = public; select * from shared",
  "read our operations": "select * from run8n.operation",
  "take a lease of ours": "update run8n.lease set expires_at = 'infinity'",
  "read passwords": "select * from pg_authid",
  "read connections":
    "select 1 / count(*) from pg_stat_activity where query like '%secret%' and usename <> current_user",
  "read a file": "select pg_read_file('/etc/passwd')",
  "write a file": "copy (select 1) to '/tmp/run8n-intruder'",
  "run a program": "copy (select 1) to program 'id'",
  "end sessions of others": "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'postgres'",
  "reload the server": "select pg_reload_conf()",
};

describe.each(ROLE_KINDS)("the %s role of one project", (kind) => {
  it("cannot do to another what it would like to", async () => {
    await withPostgres(db, async (admin) => {
      const before = await catalogue(admin);
      await withPostgres(connectionOf(workspace, mine.folder, kind), async (sql) => {
        for (const [what, attack] of Object.entries(ATTACKS)) {
          // Not by being read-only, which a session may change, but for want of rights.
          await sql.query("rollback; reset all; set default_transaction_read_only = off");
          const refused = sql.query(attack.replace("current_database_name", db.dbname));
          await expect(refused, what).rejects.toMatchObject({ code: expect.stringMatching(REFUSED) });
        }
      });
      expect(await catalogue(admin)).toBe(before);
      const { rows } = await admin.query(`select text from ${theirs.schema}.secret`);
      expect(rows).toEqual([{ text: "kept" }]);
    });
  });
});

/** Not allowed, nothing of that name to be seen, or nothing to be counted. */
const REFUSED = /^(42501|42P01|3F000|0LP01|22012|42939)$/;

describe("the app and read-only roles", () => {
  it.each([
    ["app", "create table mine (id int)"],
    ["app", "create temporary table mine (id int)"],
    ["app", "create function f() returns int language sql as 'select 1'"],
    ["app", "create view v as select 1"],
    ["app", "create type t as (id int)"],
    ["app", "alter table secret add column more int"],
    ["app", "drop table secret"],
    ["app", "alter schema current_schema_name rename to other"],
    ["app", "comment on table secret is 'mine'"],
    ["app", "create trigger t before insert on secret execute function reveal()"],
    ["readonly", "insert into secret (text) values ('x')"],
    ["readonly", "create temporary table mine (id int)"],
    ["readonly", "create table mine (id int)"],
    ["readonly", "select reveal()"],
  ] as const)("%s cannot %s", async (kind, statement) => {
    await withPostgres(connectionOf(workspace, mine.folder, kind), async (sql) => {
      await sql.query("set default_transaction_read_only = off");
      const refused = sql.query(statement.replace("current_schema_name", mine.schema));
      await expect(refused).rejects.toMatchObject({ code: "42501" });
    });
  });
});

describe("a role that run8n did not make", () => {
  it("keeps what it had in a shared database, and a stranger gets nothing", async () => {
    const [tenant, stranger] = [`${uniqueProject("tenant")}`, `${uniqueProject("stranger")}`];
    await withPostgres(db, async (sql) => {
      await sql.query(`grant connect, temporary on database ${db.dbname} to public; grant usage on schema public to public;
        create role ${tenant} login password 'x'; create role ${stranger} login password 'x';
        create table public.${tenant} (id int); alter table public.${tenant} owner to ${tenant}`);
      await ensureSchema({ sql, db, workspace }, mine.project);
    });
    await withPostgres({ ...db, user: tenant, password: "x" }, (sql) =>
      sql.query(`select * from public.${tenant}; create temporary table t (id int)`),
    );
    const stranded = withPostgres({ ...db, user: stranger, password: "x" }, (sql) => sql.query("select 1"));
    await expect(stranded).rejects.toMatchObject({ code: "upstream_unreachable" });
  });
});
