import { describe, expect, it } from "vitest";
import { schemaOf } from "../../../../f/lib/names.ts";
import { type Sql, transaction, withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { dropSchema } from "../../../../f/lib/postgres/drop_schema.ts";
import { ensureSchema } from "../../../../f/lib/postgres/ensure_schema.ts";
import { listSchemas } from "../../../../f/lib/postgres/list_schemas.ts";
import { ROLE_KINDS, schemaNames } from "../../../../f/lib/postgres/roles.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { dying } from "../../../support/faults.ts";
import { catalogue, connectionOf } from "../../../support/project_roles.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();

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

async function grownProject(sql: Sql) {
  const project = `my-${uniqueProject()}`;
  const workspace = memoryWorkspace();
  await ensureSchema({ sql, db, workspace }, project);
  const names = schemaNames(project);
  await withPostgres(connectionOf(workspace, names.folder, "owner"), (as) => as.query(STRUCTURE));
  return { ...names, workspace, confirmed: { project, confirm: project } };
}

/** All rows of all tables of a schema, as text. */
async function contents(sql: Sql, schema: string): Promise<Record<string, string[]>> {
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

describe("dropSchema", () => {
  it("buries the schema whole under another name, and locks its roles", async () => {
    await withPostgres(db, async (sql) => {
      const { schema, roles, workspace, confirmed, project } = await grownProject(sql);
      const before = await contents(sql, schema);
      const tombstone = `${schema}__dropped_1`;
      expect(await dropSchema({ sql, workspace }, confirmed)).toEqual({
        project,
        schema,
        status: "dropped",
        tombstone,
        dump: { id: tombstone, tables: 4, rows: 8, sizeBytes: expect.any(Number) },
      });
      expect(await contents(sql, schema)).toEqual({});
      expect(await contents(sql, tombstone)).toEqual(before);
      const { rows } = await sql.query("select rolname, rolcanlogin from pg_roles where starts_with(rolname, $1)", [
        schema,
      ]);
      expect(rows).toHaveLength(3);
      for (const role of rows) {
        expect(Object.values(roles)).not.toContain(role.rolname);
        expect(role.rolcanlogin).toBe(false);
      }
      expect(workspace.secrets.size + workspace.resources.size).toBe(0);
      expect((await listSchemas(sql)).items).toEqual([]);
    });
  });

  it("dumps structure and rows so that they can be loaded again, every value as it was", async () => {
    await withPostgres(db, async (sql) => {
      const { schema, workspace, confirmed } = await grownProject(sql);
      const before = await contents(sql, schema);
      const { dump, tombstone } = await dropSchema({ sql, workspace }, confirmed);
      await sql.query(`drop schema ${tombstone} cascade; create schema ${schema}`);
      await load(sql, dump!.id, schema);
      expect(await contents(sql, schema)).toEqual(before);
      await expect(sql.query(`insert into ${schema}."Odd ""name" (author) values (99)`)).rejects.toMatchObject({
        code: "23503",
      });
      const { rows } = await sql.query(
        `insert into ${schema}.author (name) values ('carol') returning id, name, nextval('${schema}.ticket') as ticket,
           (select count(*)::int from ${schema}.names) as others, to_regclass('${schema}.odd_lower') is not null as indexed`,
      );
      expect(rows).toEqual([{ id: 4, name: "CAROL", ticket: "11", others: 3, indexed: true }]);
    });
  });

  it("cuts large tables into parts", async () => {
    await withPostgres(db, async (sql) => {
      const { schema, roles, workspace, confirmed } = await grownProject(sql);
      await sql.query(`set role ${roles.owner}; reset role;
        create table ${schema}.large as select n, repeat(md5(n::text), 10000) as text from generate_series(1, 40) n`);
      const before = await contents(sql, schema);
      const { dump } = await dropSchema({ sql, workspace }, confirmed);
      const { rows } = await sql.query(
        `select count(distinct part)::int as parts, array_agg(line order by line) as lines
           from run8n.dump_part, unnest(lines) as line where dump = $1 and relation = 'large'`,
        [dump!.id],
      );
      expect(rows[0].parts).toBeGreaterThan(2);
      expect(rows[0].lines).toEqual(before.large);
    });
  });

  it("is done when it runs again, and starts anew with a new schema of that name", async () => {
    await withPostgres(db, async (sql) => {
      const { project, schema, workspace, confirmed, folder, roles } = await grownProject(sql);
      await dropSchema({ sql, workspace }, confirmed);
      expect(await dropSchema({ sql, workspace }, confirmed)).toEqual({ project, schema, status: "absent" });
      expect(await ensureSchema({ sql, db, workspace }, project)).toMatchObject({ status: "created" });
      expect(await contents(sql, schema)).toEqual({});
      await withPostgres(connectionOf(workspace, folder, "owner"), async (owner) => {
        for (const grab of [
          `select * from ${schema}__dropped_1.author`,
          `drop schema ${schema}__dropped_1 cascade`,
          `drop owned by ${roles.owner.replace("_owner", "__dropped_1_owner")} cascade`,
        ])
          await expect(owner.query(grab), grab).rejects.toMatchObject({ code: "42501" });
        await owner.query("drop owned by current_user cascade");
      });
      expect(await contents(sql, `${schema}__dropped_1`)).toMatchObject({ author: expect.any(Array) });
      await ensureSchema({ sql, db, workspace }, project);
      expect(await dropSchema({ sql, workspace }, confirmed)).toMatchObject({ tombstone: `${schema}__dropped_2` });
    });
  });

  it("can be taken back: rename, and ensure again", async () => {
    await withPostgres(db, async (sql) => {
      const { project, schema, workspace, confirmed, folder, roles } = await grownProject(sql);
      const before = await contents(sql, schema);
      const { tombstone } = await dropSchema({ sql, workspace }, confirmed);
      await sql.query(
        [
          `alter schema ${tombstone} rename to ${schema}`,
          ...ROLE_KINDS.map((kind) => `alter role ${tombstone}_${kind} rename to ${roles[kind]}`),
        ].join(";"),
      );
      expect(await ensureSchema({ sql, db, workspace }, project)).toMatchObject({ status: "updated" });
      expect(await contents(sql, schema)).toEqual(before);
      await withPostgres(connectionOf(workspace, folder, "app"), async (app) => {
        expect((await app.query("select name from author where id = 1")).rows).toEqual([{ name: "ADA" }]);
      });
    });
  });

  it("ends the sessions that the roles have", async () => {
    await withPostgres(db, async (sql) => {
      const { workspace, confirmed, folder } = await grownProject(sql);
      const session = withPostgres(connectionOf(workspace, folder, "app"), async (app) => {
        await dropSchema({ sql, workspace }, confirmed);
        await expect(app.query("select 1")).rejects.toThrow();
      });
      await session;
    });
  });

  it("changes nothing when a writer does not let go of a table", { timeout: 60_000 }, async () => {
    await withPostgres(db, async (sql) => {
      const { schema, workspace, confirmed } = await grownProject(sql);
      const before = await contents(sql, schema);
      await withPostgres(db, (writer) =>
        transaction(writer, async () => {
          await writer.query(`insert into ${schema}.empty values (1)`);
          await expect(dropSchema({ sql, workspace }, confirmed)).rejects.toMatchObject({ code: "55P03" });
          await writer.query(`delete from ${schema}.empty`);
        }),
      );
      expect(await contents(sql, schema)).toEqual(before);
      expect(workspace.secrets.size).toBe(3);
    });
  });

  it("refuses a schema that is larger than a dump may be", async () => {
    await withPostgres(db, async (sql) => {
      const { workspace, confirmed, schema } = await grownProject(sql);
      const dropping = dropSchema({ sql, workspace }, { ...confirmed, maxDumpBytes: 1000 });
      await expect(dropping).rejects.toMatchObject({ code: "too_large", status: 413, details: { maxBytes: 1000 } });
      expect(Object.keys(await contents(sql, schema))).toHaveLength(4);
    });
  });

  it("fails rather than dump less than there is when row security hides rows", async () => {
    await withPostgres(db, async (sql) => {
      const { schema, roles, workspace, confirmed, folder } = await grownProject(sql);
      await withPostgres(connectionOf(workspace, folder, "owner"), (owner) =>
        owner.query("alter table author enable row level security; alter table author force row level security"),
      );
      await sql.query(`set role ${roles.owner}`);
      await expect(sql.query(`set row_security = off; select * from ${schema}.author`)).rejects.toMatchObject({
        code: "42501",
      });
      await sql.query("reset role; reset row_security");
      expect(await dropSchema({ sql, workspace }, confirmed)).toMatchObject({ dump: { rows: 8 } });
    });
  });

  it.each([undefined, null, "", "yes", true, "SHOP", ["x"], {}])("refuses %j as confirmation", async (confirm) => {
    await withPostgres(db, async (sql) => {
      const { project, workspace } = await grownProject(sql);
      const before = await catalogue(sql);
      const dropping = dropSchema({ sql, workspace }, { project, confirm: confirm as string });
      await expect(dropping).rejects.toMatchObject({ code: "precondition_failed", status: 412 });
      expect(await catalogue(sql)).toBe(before);
    });
  });

  it("refuses a schema that is not of this project", async () => {
    await withPostgres(db, async (sql) => {
      const project = uniqueProject();
      await sql.query(`create schema ${project}; create table ${project}.t (id int)`);
      const dropping = dropSchema({ sql, workspace: memoryWorkspace() }, { project, confirm: project });
      await expect(dropping).rejects.toMatchObject({ code: "conflict" });
      expect(Object.keys(await contents(sql, project))).toEqual(["t"]);
    });
  });

  it.each(["before", "after"] as const)(
    "killed at any call, %s it is done, loses nothing and can be called again",
    async (when) => {
      await withPostgres(db, async (sql) => {
        for (let at = 1; ; at++) {
          const { schema, workspace, confirmed } = await grownProject(sql);
          const before = await contents(sql, schema);
          const { life, ...kill } = dying(at, when);
          await withPostgres(db, (own) =>
            dropSchema({ sql: kill.sql(own), workspace: kill.workspace(workspace) }, confirmed),
          ).catch(() => undefined);
          if (!life.died) {
            expect(at).toBeGreaterThan(15);
            return;
          }
          const again = await dropSchema({ sql, workspace }, confirmed);
          expect(["dropped", "absent"]).toContain(again.status);
          expect(await contents(sql, `${schemaOf(confirmed.project)}__dropped_1`)).toEqual(before);
          expect(workspace.secrets.size + workspace.resources.size).toBe(0);
        }
      });
    },
    60_000,
  );

  it("lets two callers at once drop it once", async () => {
    await withPostgres(db, async (sql) => {
      const { workspace, confirmed } = await grownProject(sql);
      const drop = () => withPostgres(db, (own) => dropSchema({ sql: own, workspace }, confirmed));
      const results = await Promise.all([drop(), drop(), drop()]);
      expect(results.map(({ status }) => status).sort()).toEqual(["absent", "absent", "dropped"]);
    });
  });
});

/** Loads a dump as its description says. */
async function load(sql: Sql, id: string, schema: string): Promise<void> {
  const { rows } = await sql.query("select * from run8n.dump where id = $1", [id]);
  const { structure_before_rows, structure_after_rows, relations } = rows[0];
  await sql.query("set check_function_bodies = off");
  for (const statement of structure_before_rows) await sql.query(statement);
  for (const { name } of relations) {
    const table = `${schema}."${name.replaceAll('"', '""')}"`;
    const { rows: columns } = await sql.query<{ names: string; values: string }>(
      `select string_agg(quote_ident(attname), ', ') as names, string_agg('(line::' || $1 || ').' || quote_ident(attname), ', ') as values
         from pg_attribute where attrelid = $1::regclass and attnum > 0 and attgenerated = ''`,
      [table],
    );
    const { names, values } = columns[0]!;
    await sql.query(
      `insert into ${table} (${names}) overriding system value
       select ${values} from run8n.dump_part, unnest(lines) as line where dump = $1 and relation = $2`,
      [id, name],
    );
  }
  for (const statement of structure_after_rows) await sql.query(statement);
}
