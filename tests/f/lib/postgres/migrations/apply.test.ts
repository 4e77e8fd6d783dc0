import { describe, expect, it } from "vitest";
import { withPostgres } from "../../../../../f/lib/postgres/connect.ts";
import { applyMigrations } from "../../../../../f/lib/postgres/migrations/apply.ts";
import { testDatabase } from "../../../../support/database.ts";
import { migratedProject } from "../../../../support/migrated_project.ts";
import { memoryWorkspace } from "../../../../support/workspace.ts";

const db = testDatabase();
const INIT = { name: "1_init", sql: 'create table "User" (id serial primary key, name text not null);' };
const POST = { name: "2_post", sql: 'create table post (id serial primary key, author int references "User");' };
const CHANGED = { ...INIT, sql: `${INIT.sql}\n-- one more line` };

describe("applyMigrations", () => {
  it("applies what is pending, in order, as the owner, with the app's rights as for everything the owner creates", async () => {
    const project = await migratedProject(db);
    expect(await project.apply([INIT])).toEqual({
      project: project.project,
      schema: project.schema,
      applied: [{ name: "1_init", durationMs: expect.any(Number) }],
      baselined: [],
      total: 1,
      status: "updated",
    });
    expect(await project.apply([INIT, POST])).toMatchObject({ applied: [{ name: "2_post" }], total: 2 });
    expect(await project.apply([INIT, POST])).toMatchObject({ applied: [], total: 2, status: "unchanged" });
    const owners = await project.rows("select distinct tableowner from pg_tables where schemaname = current_schema()");
    expect(owners).toEqual([{ tableowner: project.roles.owner }]);
    await withPostgres(project.app, async (app) => {
      await app.query(`insert into "User" (name) values ('ada')`);
      await expect(app.query('select * from "_prisma_migrations"')).rejects.toMatchObject({ code: "42501" });
    });
  });

  it.each<[string, { name: string; sql: string }[], RegExp]>([
    ["was changed", [CHANGED, POST], /changed/],
    ["is missing", [POST], /missing/],
    ["was renamed, so that it comes later", [POST, { ...INIT, name: "3_init" }], /missing/],
    ["would follow one that comes before it", [{ name: "0_early", sql: "" }, INIT, POST], /before/],
  ])("refuses when an earlier migration %s, and says what to do", async (_what, migrations, message) => {
    const project = await migratedProject(db);
    await project.apply([INIT]);
    await expect(project.apply(migrations)).rejects.toMatchObject({
      code: "conflict",
      status: 409,
      message: expect.stringMatching(message),
      hint: expect.any(String),
      details: { migrations: [expect.any(String)] },
    });
    expect(await project.relations()).not.toContain("post");
  });

  it("leaves the schema as it was when one fails, says where, and goes on once it is mended", async () => {
    const project = await migratedProject(db);
    const broken = { name: "2_broken", sql: "create table one (id int);\n\ncreate table two (id nonsense);\n" };
    const failing = project.apply([INIT, broken, { name: "3_after", sql: "create table three (id int)" }]);
    await expect(failing).rejects.toMatchObject({
      code: "invalid_input",
      message: 'Migration 2_broken failed at line 3: type "nonsense" does not exist',
      details: { migration: "2_broken", sqlstate: "42704", line: 3 },
    });
    expect(await project.relations()).toEqual(["User", "User_id_seq", "User_pkey"]);
    const recorded = () =>
      project.rows(
        `select logs, finished_at is not null as finished, rolled_back_at is not null as undone
           from "_prisma_migrations" where migration_name = '2_broken' order by started_at`,
      );
    const logs = expect.stringContaining('type "nonsense" does not exist');
    expect(await recorded()).toEqual([{ logs, finished: false, undone: false }]);
    await expect(project.apply([INIT, broken])).rejects.toMatchObject({ details: { line: 3 } });
    const mended = { ...broken, sql: "create table one (id int);" };
    expect(await project.apply([INIT, mended])).toMatchObject({ applied: [{ name: "2_broken" }], total: 2 });
    expect(await recorded()).toEqual([
      { logs, finished: false, undone: true },
      { logs, finished: false, undone: true },
      { logs: null, finished: true, undone: false },
    ]);
  });

  it("fails as a whole also where a constraint is looked at only in the end", async () => {
    const project = await migratedProject(db);
    const sql = `create table one (id int primary key, other int references one deferrable initially deferred);
                 insert into one values (1, 2);`;
    await expect(project.apply([{ name: "1", sql }])).rejects.toMatchObject({ details: { sqlstate: "23503" } });
    expect(await project.relations()).toEqual([]);
  });

  it("lets no settings of one migration reach the next or its own record", async () => {
    const project = await migratedProject(db);
    const dump = "select pg_catalog.set_config('search_path', '', false); set role none; set statement_timeout = 10;";
    await project.apply([
      { name: "1", sql: dump },
      { name: "2", sql: "create table t (id int); select pg_sleep(0.05)" },
    ]);
    expect(await project.relations()).toEqual(["t"]);
  });

  it("runs as the project's owner and nobody else, whatever a script tries", async () => {
    const project = await migratedProject(db);
    for (const sql of [
      "reset role; create schema intruder",
      "set session authorization postgres; create role intruder",
      "set role postgres",
      "reset session authorization; create table public.t (id int)",
      "create table run8n.t (id int)",
    ])
      await expect(project.apply([{ name: "1", sql }]), sql).rejects.toMatchObject({ details: { sqlstate: "42501" } });
    expect(await project.relations()).toEqual([]);
  });

  it("does exactly the plan that was looked at", async () => {
    const project = await migratedProject(db);
    await expect(project.apply([INIT], { planHash: "0".repeat(64) })).rejects.toMatchObject({ status: 412 });
    expect(await project.relations()).toEqual([]);
  });

  it("records what stands already without running it, once", async () => {
    const project = await migratedProject(db);
    await withPostgres(project.owner, (owner) => owner.query(INIT.sql));
    expect(await project.apply([INIT, POST], { baseline: "1_init" })).toMatchObject({
      baselined: ["1_init"],
      applied: [{ name: "2_post" }],
    });
    expect(await project.apply([INIT, POST], { baseline: "1_init" })).toMatchObject({ status: "unchanged" });
    const later = { name: "3_later", sql: "create table later (id int)" };
    await expect(project.apply([INIT, POST, later], { baseline: "3_later" })).rejects.toMatchObject({ status: 412 });
    const other = await migratedProject(db);
    await expect(other.apply([INIT], { baseline: "nothing" })).rejects.toMatchObject({ status: 412 });
  });

  it("refuses a project without schema, and a schema that Prisma left half-way", async () => {
    const ports = { db, workspace: memoryWorkspace() };
    const nobody = withPostgres(db, (sql) =>
      applyMigrations({ sql, ...ports }, { project: "nobody", migrations: [INIT] }),
    );
    await expect(nobody).rejects.toMatchObject({ status: 412, hint: expect.stringContaining("ensure_schema") });
    const project = await migratedProject(db);
    await project.apply([INIT]);
    await project.rows(`insert into "_prisma_migrations" (id, checksum, migration_name) values ('x', 'x', '2_post')`);
    await expect(project.apply([INIT, POST])).rejects.toMatchObject({
      status: 412,
      hint: expect.stringContaining("prisma migrate resolve"),
    });
  });

  it("lets ten callers at once apply each migration once", async () => {
    const project = await migratedProject(db);
    const results = await Promise.all(Array.from({ length: 10 }, () => project.apply([INIT, POST])));
    expect(results.flatMap(({ applied }) => applied)).toHaveLength(2);
    expect(await project.rows('select from "_prisma_migrations"')).toHaveLength(2);
  });

  it("keeps neither the text of a migration nor a secret in the audit row", async () => {
    const project = await migratedProject(db);
    await project.apply([{ name: "1", sql: "select 'hunter2'" }]);
    const { rows } = await withPostgres(db, (sql) =>
      sql.query("select * from run8n.operation where project = $1", [project.project]),
    );
    expect(JSON.stringify(rows)).toContain("apply_migrations");
    for (const secret of ["hunter2", ...project.workspace.secrets.values()])
      expect(JSON.stringify(rows)).not.toContain(secret);
  });
});
