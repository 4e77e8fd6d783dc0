import { describe, expect, it } from "vitest";
import { type Sql, withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { dropSchema } from "../../../../f/lib/postgres/drop_schema.ts";
import { type PurgeRequest, purgeTombstones } from "../../../../f/lib/postgres/purge.ts";
import { restoreSchema } from "../../../../f/lib/postgres/restore_schema.ts";
import { testDatabase } from "../../../support/database.ts";
import { dying } from "../../../support/faults.ts";
import { grownProject } from "../../../support/grown_schema.ts";

const db = testDatabase();

async function dropped(sql: Sql, daysAgo: number) {
  const grown = await grownProject(sql, db, "create table t (id int); insert into t values (1); select lo_create(0)");
  const { tombstone } = await dropSchema({ sql, workspace: grown.workspace }, grown.confirmed);
  await sql.query("update run8n.dump set taken_at = now() - make_interval(days => $2) where id = $1", [
    tombstone,
    daysAgo,
  ]);
  return { ...grown, tombstone: tombstone as string };
}

/** What is left of a tombstone: schema, roles, dump with its parts. */
async function remains(sql: Sql, tombstone: string): Promise<number> {
  const { rows } = await sql.query(
    `select (select count(*)::int from pg_namespace where nspname = $1)
          + (select count(*)::int from pg_roles where starts_with(rolname, $1))
          + (select count(*)::int from run8n.dump where id = $1)
          + (select count(*)::int from run8n.dump_part where dump = $1) as left`,
    [tombstone],
  );
  return rows[0].left;
}

describe("purgeTombstones", () => {
  it("removes what is older than seven days, and only that, when it is told to", async () => {
    await withPostgres(db, async (sql) => {
      const old = await dropped(sql, 8);
      const young = await dropped(sql, 6);
      const items = [{ project: old.project, tombstone: old.tombstone }];
      expect(await purgeTombstones(sql, {})).toMatchObject({ items, status: "planned" });
      expect(await purgeTombstones(sql, { dryRun: null })).toMatchObject({ status: "planned" });
      expect(await remains(sql, old.tombstone)).toBe(6);
      expect(await purgeTombstones(sql, { dryRun: false })).toMatchObject({ items, status: "purged" });
      expect(await remains(sql, old.tombstone)).toBe(0);
      expect(await remains(sql, young.tombstone)).toBe(6);
      expect(await purgeTombstones(sql, { dryRun: false })).toEqual({ items: [], status: "unchanged" });
      const { rows } = await sql.query("select verb from run8n.operation where project = $1 order by started_at", [
        old.project,
      ]);
      expect(rows.at(-1)).toEqual({ verb: "infra/postgres/drop_tombstones" });
    });
  });

  it("removes a young one only by its name, given twice", async () => {
    await withPostgres(db, async (sql) => {
      const { tombstone } = await dropped(sql, 0);
      for (const confirm of [undefined, null, "", "yes", `${tombstone} `] as PurgeRequest["confirm"][])
        await expect(purgeTombstones(sql, { tombstone, confirm, dryRun: false })).rejects.toMatchObject({
          status: 412,
        });
      expect(await purgeTombstones(sql, { tombstone, confirm: tombstone })).toMatchObject({ status: "planned" });
      expect(await remains(sql, tombstone)).toBe(6);
      expect(await purgeTombstones(sql, { tombstone, confirm: tombstone, dryRun: false })).toMatchObject({
        status: "purged",
      });
      expect(await remains(sql, tombstone)).toBe(0);
    });
  });

  it.each(["public", "run8n", "pg_catalog", "'; drop schema public"])(
    "removes nothing that is no tombstone: %s",
    async (name) => {
      const purging = withPostgres(db, (sql) =>
        purgeTombstones(sql, { tombstone: name, confirm: name, dryRun: false }),
      );
      await expect(purging).rejects.toMatchObject({ code: "not_found" });
    },
  );

  it("never removes a live schema, whatever its dump says", async () => {
    await withPostgres(db, async (sql) => {
      const { tombstone, project, workspace, schema } = await dropped(sql, 8);
      await restoreSchema({ sql, db, workspace }, { project });
      await purgeTombstones(sql, { dryRun: false });
      expect((await sql.query(`select id from ${schema}.t`)).rows).toEqual([{ id: 1 }]);
      expect(await remains(sql, tombstone)).toBe(0);
    });
  });

  it("killed after any call, is completed by the next", async () => {
    await withPostgres(db, async (sql) => {
      for (let at = 2; ; at++) {
        const { tombstone } = await dropped(sql, 8);
        const { life, ...kill } = dying(at, "after");
        await withPostgres(db, (own) => purgeTombstones(kill.sql(own), { dryRun: false })).catch(() => undefined);
        await purgeTombstones(sql, { dryRun: false });
        expect(await remains(sql, tombstone)).toBe(0);
        if (!life.died) return;
      }
    });
  });
});
