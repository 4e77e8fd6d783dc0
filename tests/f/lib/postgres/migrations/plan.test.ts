import { describe, expect, it } from "vitest";
import { withPostgres } from "../../../../../f/lib/postgres/connect.ts";
import { planMigrations } from "../../../../../f/lib/postgres/migrations/plan.ts";
import { testDatabase } from "../../../../support/database.ts";
import { migratedProject } from "../../../../support/migrated_project.ts";
import { catalogue } from "../../../../support/project_roles.ts";

const db = testDatabase();
const INIT = { name: "1_init", sql: "create table t (id int unique, name text)" };
const ROUGH = {
  name: "2_rough",
  sql: `-- drop table in a comment
        alter table t drop column name; /* and */ delete from t; insert into t values (1);
        create index on t (id); create index concurrently on t (id); delete from t where id = 1;`,
};

describe("planMigrations", () => {
  it("shows what would run and what it may cost, and changes nothing", async () => {
    const { project, schema, workspace, apply } = await migratedProject(db);
    const plan = (migrations = [INIT, ROUGH]) => planMigrations({ db, workspace }, { project, migrations });
    const before = await withPostgres(db, catalogue);
    expect(await plan()).toEqual({
      project,
      schema,
      applied: [],
      pending: [
        { name: "1_init", statements: 1, risks: [] },
        {
          name: "2_rough",
          statements: 6,
          risks: [
            { statement: "alter table t drop column name", risk: "drops a column with its values" },
            { statement: "delete from t", risk: "removes every row" },
            { statement: "create index on t (id)", risk: expect.stringContaining("write") },
          ],
        },
      ],
      planHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await withPostgres(db, catalogue)).toBe(before);
    const { planHash } = await plan([INIT]);
    await apply([INIT], { planHash });
    expect(await plan()).toMatchObject({ applied: ["1_init"], pending: [{ name: "2_rough" }] });
    await expect(apply([INIT], { planHash })).rejects.toMatchObject({ status: 412 });
    expect((await plan([INIT])).planHash).not.toBe(planHash);
    await expect(plan([ROUGH])).rejects.toMatchObject({ code: "conflict" });
  });
});
