import { describe, expect, it } from "vitest";
import { schemaOf } from "../../../../f/lib/names.ts";
import { transaction, withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { dropSchema } from "../../../../f/lib/postgres/drop_schema.ts";
import { ensureSchema } from "../../../../f/lib/postgres/ensure_schema.ts";
import { listSchemas } from "../../../../f/lib/postgres/list_schemas.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { dying } from "../../../support/faults.ts";
import { contents, grownProject } from "../../../support/grown_schema.ts";
import { catalogue, connectionOf } from "../../../support/project_roles.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();

describe("dropSchema", () => {
  it("buries the schema whole under another name, and locks its roles", async () => {
    await withPostgres(db, async (sql) => {
      const { schema, roles, workspace, confirmed, project } = await grownProject(sql, db);
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
      expect((await listSchemas(sql)).items).toEqual([
        {
          ...{ project, schema: tombstone, status: "dropped", owner: `${tombstone}_owner`, tables: 5 },
          sizeBytes: expect.any(Number),
          droppedAt: expect.stringMatching(/Z$/),
          restorableUntil: expect.stringMatching(/Z$/),
        },
      ]);
    });
  });

  it("is done when it runs again, and starts anew with a new schema of that name", async () => {
    await withPostgres(db, async (sql) => {
      const { project, schema, workspace, confirmed, folder, roles } = await grownProject(sql, db);
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

  it("ends the sessions that the roles have", async () => {
    await withPostgres(db, async (sql) => {
      const { workspace, confirmed, folder } = await grownProject(sql, db);
      const session = withPostgres(connectionOf(workspace, folder, "app"), async (app) => {
        await dropSchema({ sql, workspace }, confirmed);
        await expect(app.query("select 1")).rejects.toThrow();
      });
      await session;
    });
  });

  it("changes nothing when a writer does not let go of a table", { timeout: 60_000 }, async () => {
    await withPostgres(db, async (sql) => {
      const { schema, workspace, confirmed } = await grownProject(sql, db);
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

  it("refuses every other confirmation than the project's name", async () => {
    await withPostgres(db, async (sql) => {
      const { project, workspace } = await grownProject(sql, db);
      const before = await catalogue(sql);
      for (const confirm of [undefined, null, "", "yes", true, project.toUpperCase(), ` ${project}`, [project], {}]) {
        const dropping = dropSchema({ sql, workspace }, { project, confirm: confirm as string });
        await expect(dropping, `${confirm}`).rejects.toMatchObject({ code: "precondition_failed", status: 412 });
      }
      expect(await catalogue(sql)).toBe(before);
      expect(workspace.secrets.size).toBe(3);
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

  it("killed after every third of its calls, loses nothing and can be called again", async () => {
    await withPostgres(db, async (sql) => {
      for (let at = 1; ; at += 3) {
        const { schema, workspace, confirmed } = await grownProject(sql, db);
        const before = await contents(sql, schema);
        const { life, ...kill } = dying(at, "after");
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
  }, 60_000);

  it("lets two callers at once drop it once", async () => {
    await withPostgres(db, async (sql) => {
      const { workspace, confirmed } = await grownProject(sql, db);
      const drop = () => withPostgres(db, (own) => dropSchema({ sql: own, workspace }, confirmed));
      const results = await Promise.all([drop(), drop(), drop()]);
      expect(results.map(({ status }) => status).sort()).toEqual(["absent", "absent", "dropped"]);
    });
  });
});
