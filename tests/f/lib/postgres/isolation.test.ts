import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { dropSchema } from "../../../../f/lib/postgres/drop_schema.ts";
import { ensureSchema } from "../../../../f/lib/postgres/ensure_schema.ts";
import { ROLE_KINDS, schemaNames } from "../../../../f/lib/postgres/roles.ts";
import { rotatePassword } from "../../../../f/lib/postgres/rotate.ts";
import type { PostgresqlValue } from "../../../../f/lib/resources.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { attacksOn, type Battlefield, REFUSED } from "../../../support/isolation_attacks.ts";
import { catalogue, connectionOf } from "../../../support/project_roles.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();
const workspace = memoryWorkspace();
const [mine, theirs] = [schemaNames(uniqueProject()), schemaNames(uniqueProject())];
const field: Battlefield = { mine, theirs, dbname: db.dbname, largeObject: "" };
const first = {} as Record<(typeof ROLE_KINDS)[number], PostgresqlValue>;

beforeAll(() =>
  withPostgres(db, async (sql) => {
    for (const { project } of [mine, theirs]) await ensureSchema({ sql, db, workspace }, project, { shadow: true });
    await sql.query("create table public.shared (id int); create table nocodb_like (id int)");
    for (const { folder } of [mine, theirs]) {
      await withPostgres(connectionOf(workspace, folder, "owner"), (as) =>
        as.query(`create table secret (id serial primary key, text text); insert into secret (text) values ('kept');
                  create view seen as select * from secret;
                  create function reveal() returns text language sql as 'select text from secret'`),
      );
    }
    await withPostgres(connectionOf(workspace, theirs.folder, "owner"), async (as) => {
      field.largeObject = (await as.query("select lo_from_bytea(0, 'kept')::text as id")).rows[0].id;
    });
    for (const kind of ROLE_KINDS) first[kind] = connectionOf(workspace, mine.folder, kind);
    for (const role of ROLE_KINDS) await rotatePassword({ sql, db, workspace }, { project: mine.project, role });
  }),
);
afterAll(() =>
  withPostgres(db, async (sql) => {
    for (const { shadow } of [mine, theirs]) await sql.query(`drop database ${shadow} with (force)`);
  }),
);

const LOGINS = ROLE_KINDS.flatMap((kind) => [[kind, "first"] as const, [kind, "second"] as const]);

describe.each(LOGINS)("the %s role of one project, by its %s login", (kind, which) => {
  it("cannot do to another, or to the server, what it would like to", async () => {
    await withPostgres(db, async (admin) => {
      const before = await catalogue(admin);
      const login = which === "first" ? first[kind] : connectionOf(workspace, mine.folder, kind);
      await withPostgres(login, async (sql) => {
        for (const [what, attack] of Object.entries(attacksOn(field))) {
          // Not by being read-only, which a session may change, but for want of rights.
          await sql.query("rollback; reset all; set default_transaction_read_only = off");
          await expect(sql.query(attack), what).rejects.toMatchObject({ code: expect.stringMatching(REFUSED) });
        }
      });
      await withPostgres(db, (sql) => ensureSchema({ sql, db, workspace }, mine.project));
      expect(await catalogue(admin)).toBe(before);
      const { rows } = await admin.query(
        `select text, lo_get(${field.largeObject}) = 'kept' as whole from ${theirs.schema}.secret`,
      );
      expect(rows).toEqual([{ text: "kept", whole: true }]);
    });
  });

  it("does not get into a database that is not its own", async () => {
    const login = which === "first" ? first[kind] : connectionOf(workspace, mine.folder, kind);
    for (const dbname of [theirs.shadow, ...(kind === "owner" ? [] : [mine.shadow])]) {
      const entering = withPostgres({ ...login, dbname }, (sql) => sql.query("select 1"));
      await expect(entering, dbname).rejects.toMatchObject({ cause: { code: "42501" } });
    }
  });
});

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
    ["app", "set role current_schema_name_owner"],
    ["readonly", "insert into secret (text) values ('x')"],
    ["readonly", "create temporary table mine (id int)"],
    ["readonly", "create table mine (id int)"],
    ["readonly", "select reveal()"],
    ["readonly", "set role current_schema_name_app"],
  ] as const)("%s cannot %s", async (kind, statement) => {
    await withPostgres(connectionOf(workspace, mine.folder, kind), async (sql) => {
      await sql.query("set default_transaction_read_only = off");
      const refused = sql.query(statement.replace("current_schema_name", mine.schema));
      await expect(refused).rejects.toMatchObject({ code: "42501" });
    });
  });
});

describe("what a project leaves for the administrator to run", () => {
  it("is not run: casts, triggers, rules, defaults and policies of a schema that is dumped and dropped", async () => {
    const names = schemaNames(uniqueProject());
    await withPostgres(db, async (sql) => {
      await ensureSchema({ sql, db, workspace }, names.project);
      await withPostgres(connectionOf(workspace, names.folder, "owner"), (owner) =>
        owner.query(`
          create table bait (id int, more text); insert into bait values (1, 'x');
          create function climb() returns text language plpgsql as $$ begin
            execute 'reset role'; execute 'create role ${names.schema}_climber superuser'; return 'x'; end $$;
          create function climb(bait) returns text language sql as 'select climb()';
          create function climb_trigger() returns trigger language plpgsql as $$ begin perform climb(); return new; end $$;
          create cast (bait as text) with function climb(bait) as implicit;
          create trigger t before update or delete on bait for each row execute function climb_trigger();
          create trigger s after truncate on bait execute function climb_trigger();
          alter table bait alter column more set default climb();
          create view trap as select climb() as text;
          alter table bait enable row level security; create policy p on bait using (climb() is not null)`),
      );
      await dropSchema({ sql, workspace }, { project: names.project, confirm: names.project });
      const { rows } = await sql.query("select from pg_roles where rolname = $1", [`${names.schema}_climber`]);
      expect(rows).toEqual([]);
    });
  });
});

describe("what Postgres knows no rights for", () => {
  it("is nothing that run8n builds on: a lock or a channel held by one project does not stop another", async () => {
    const other = uniqueProject();
    await withPostgres(connectionOf(workspace, mine.folder, "readonly"), async (sql) => {
      await sql.query("listen run8n; select pg_advisory_lock(hashtext('run8n.rights')), pg_advisory_lock(72707369)");
      await withPostgres(db, (admin) => ensureSchema({ sql: admin, db, workspace }, other));
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
