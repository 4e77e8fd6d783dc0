import { describe, expect, it } from "vitest";
import { withPostgres } from "../../../../../f/lib/postgres/connect.ts";
import { runMigration } from "../../../../../f/lib/postgres/migrations/run.ts";
import { scriptsOf } from "../../../../../f/lib/postgres/migrations/script.ts";
import { testDatabase } from "../../../../support/database.ts";
import { dying } from "../../../../support/faults.ts";
import { migratedProject } from "../../../../support/migrated_project.ts";

const db = testDatabase();
const TABLE = { name: "1_table", sql: "create table t (a int, b int); insert into t values (1, 1), (1, 2);" };
const INDEX = { name: "2_index", sql: "-- CreateIndex\nCREATE INDEX CONCURRENTLY t_a ON t (a);\n" };
const RECORD = `select migration_name as name, finished_at is not null as finished, rolled_back_at is not null as undone, logs
                  from "_prisma_migrations" order by started_at`;

describe("migrations that cannot be in a transaction", () => {
  it.each([
    ["create index concurrently", INDEX.sql],
    ["a transaction around it that Postgres would not take", `begin;\n${INDEX.sql}commit;`],
    ["vacuum", "vacuum t"],
    ["reindex", "reindex table concurrently t"],
  ])("run without one: %s", async (_what, sql) => {
    const project = await migratedProject(db);
    await project.apply([TABLE, { ...INDEX, sql }]);
    expect(await project.rows(RECORD)).toMatchObject([
      { name: "1_table", finished: true },
      { name: "2_index", finished: true, undone: false, logs: null },
    ]);
  });

  it("are refused, with what to do, when something else stands beside them", async () => {
    const project = await migratedProject(db);
    const both = { ...INDEX, sql: `${INDEX.sql} alter table t add column c int;` };
    await expect(project.apply([TABLE, both])).rejects.toMatchObject({
      code: "invalid_input",
      hint: expect.stringContaining("migration of its own"),
    });
    expect(await project.relations()).toEqual(["t"]);
  });

  it("leave nothing behind when they fail, and work once the cause is gone", async () => {
    const project = await migratedProject(db);
    const unique = { ...INDEX, sql: "create unique index concurrently t_a on t (a)" };
    await expect(project.apply([TABLE, unique])).rejects.toMatchObject({
      code: "invalid_input",
      message: expect.stringContaining("2_index failed"),
      details: { sqlstate: "23505" },
    });
    expect(await project.relations()).toEqual(["t"]);
    expect(await project.rows(RECORD)).toMatchObject([{}, { finished: false, undone: false }]);
    await project.rows("delete from t where b = 2");
    expect(await project.apply([TABLE, unique])).toMatchObject({ applied: [{ name: "2_index" }] });
    expect(await project.relations()).toEqual(["t", "t_a"]);
  });

  it("tell to add a value to an enum before the migration that uses it", async () => {
    const project = await migratedProject(db);
    const mood = { name: "1_mood", sql: "create type mood as enum ('good'); create table t (mood mood)" };
    const fine = { name: "2_fine", sql: "alter type mood add value 'fine'; insert into t values ('fine')" };
    await expect(project.apply([mood, fine])).rejects.toMatchObject({
      hint: expect.stringContaining("add value"),
      details: { sqlstate: "55P04" },
    });
    const [add = "", use = ""] = fine.sql.split(";");
    await project.apply([mood, { name: "2_fine", sql: add }, { name: "3_use", sql: use }]);
    expect(await project.rows("select mood from t")).toEqual([{ mood: "fine" }]);
  });
});

describe("migrations, killed", () => {
  const failing = { name: "2_index", sql: "create unique index concurrently t_a on t (a)" };
  it.each([
    ["in a transaction", { name: "2_index", sql: "create index t_a on t (a)" }],
    ["outside of one", INDEX],
    ["outside of one, where it fails", failing],
  ] as const)("%s after any call, are applied by the next", async (_what, migration) => {
    const project = await migratedProject(db);
    for (let at = 1; ; at++) {
      await project.rows('drop table if exists t, "_prisma_migrations"');
      await project.apply([TABLE]);
      const [script] = scriptsOf([migration], project.schema) as [ReturnType<typeof scriptsOf>[number]];
      const { life, ...kill } = dying(at, "after");
      await withPostgres(project.owner, (owner) => runMigration(kill.sql(owner), project.schema, script)).catch(
        () => undefined,
      );
      if (migration === failing) await project.rows("delete from t where b = 2");
      await project.apply([TABLE, migration]);
      expect(await project.relations()).toEqual(["t", "t_a"]);
      const rows = await project.rows(RECORD);
      expect(rows.filter(({ finished }) => finished)).toHaveLength(2);
      expect(rows.filter(({ finished, undone }) => !finished && !undone)).toEqual([]);
      if (!life.died) {
        expect(at).toBeGreaterThan(5);
        return;
      }
    }
  });
});
