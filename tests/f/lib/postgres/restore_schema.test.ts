import { describe, expect, it } from "vitest";
import { type Sql, withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { dropSchema } from "../../../../f/lib/postgres/drop_schema.ts";
import { ensureSchema } from "../../../../f/lib/postgres/ensure_schema.ts";
import { restoreSchema } from "../../../../f/lib/postgres/restore_schema.ts";
import { rotatePassword } from "../../../../f/lib/postgres/rotate.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { dying } from "../../../support/faults.ts";
import { contents, grownProject } from "../../../support/grown_schema.ts";
import { connectionOf } from "../../../support/project_roles.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();

async function dropped(sql: Sql) {
  const grown = await grownProject(sql, db);
  const before = await contents(sql, grown.schema);
  const { tombstone } = await dropSchema({ sql, workspace: grown.workspace }, grown.confirmed);
  const { project, workspace } = grown;
  const restore = (wanted?: string) => restoreSchema({ sql, db, workspace }, { project, tombstone: wanted });
  return { ...grown, before, tombstone: tombstone as string, restore };
}

describe("restoreSchema", () => {
  it("brings every row back, under new passwords, and finds nothing to do then", async () => {
    await withPostgres(db, async (sql) => {
      const { before, schema, tombstone, restore, workspace, folder } = await dropped(sql);
      expect(await restore()).toMatchObject({ schema, tombstone, status: "restored" });
      expect(await contents(sql, schema)).toEqual(before);
      expect(await contents(sql, tombstone)).toEqual({});
      for (const kind of ["owner", "app", "readonly"] as const)
        await withPostgres(connectionOf(workspace, folder, kind), async (as) => {
          expect((await as.query("select name from author where id = 1")).rows).toEqual([{ name: "ADA" }]);
        });
      expect(await restore()).toMatchObject({ tombstone: null, status: "unchanged" });
      expect(await restore(tombstone)).toMatchObject({ tombstone: null, status: "unchanged" });
    });
  });

  it("takes the latest of several, or the named one, and never replaces a schema", async () => {
    await withPostgres(db, async (sql) => {
      const { before, project, schema, tombstone, restore, workspace, confirmed } = await dropped(sql);
      await ensureSchema({ sql, db, workspace }, project);
      await expect(restore(tombstone)).rejects.toMatchObject({ code: "conflict", status: 409 });
      const second = await dropSchema({ sql, workspace }, confirmed);
      expect(await restore()).toMatchObject({ tombstone: second.tombstone });
      expect(await contents(sql, schema)).toEqual({});
      await dropSchema({ sql, workspace }, confirmed);
      expect(await restore(tombstone)).toMatchObject({ tombstone });
      expect(await contents(sql, schema)).toEqual(before);
    });
  });

  it("works for a role that logged in by its second login when it was dropped", async () => {
    await withPostgres(db, async (sql) => {
      const { project, workspace, folder, confirmed } = await grownProject(sql, db);
      await rotatePassword({ sql, db, workspace }, { project, role: "app" });
      await dropSchema({ sql, workspace }, confirmed);
      await restoreSchema({ sql, db, workspace }, { project });
      await withPostgres(connectionOf(workspace, folder, "app"), (as) => as.query("select * from author"));
      expect(await ensureSchema({ sql, db, workspace }, project)).toMatchObject({ status: "unchanged" });
    });
  });

  it.each([undefined, "pg_catalog", "public", "'; drop schema public", "x__dropped_1"])(
    "finds nothing to restore for a project that was never dropped: %s",
    async (tombstone) => {
      const restoring = withPostgres(db, (sql) =>
        restoreSchema({ sql, db, workspace: memoryWorkspace() }, { project: uniqueProject(), tombstone }),
      );
      await expect(restoring).rejects.toMatchObject({ code: "not_found", status: 404 });
    },
  );

  it("does not take another project's tombstone", async () => {
    await withPostgres(db, async (sql) => {
      const { tombstone } = await dropped(sql);
      const restoring = restoreSchema(
        { sql, db, workspace: memoryWorkspace() },
        { project: uniqueProject(), tombstone },
      );
      await expect(restoring).rejects.toMatchObject({ code: "not_found" });
    });
  });

  it("killed after every fourth of its calls, is completed by the next", async () => {
    await withPostgres(db, async (sql) => {
      const { before, project, schema, workspace, folder, restore, confirmed } = await dropped(sql);
      for (let at = 1; ; at += 4) {
        const { life, ...kill } = dying(at, "after");
        await withPostgres(db, (own) =>
          restoreSchema({ sql: kill.sql(own), db, workspace: kill.workspace(workspace) }, { project }),
        ).catch(() => undefined);
        await restore();
        expect(await contents(sql, schema)).toEqual(before);
        await withPostgres(connectionOf(workspace, folder, "app"), (as) => as.query("select * from author"));
        if (!life.died) return;
        await dropSchema({ sql, workspace }, confirmed);
      }
    });
  });
});
