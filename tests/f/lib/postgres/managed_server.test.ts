import { beforeAll, describe, expect, inject, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { copySchema } from "../../../../f/lib/postgres/copy/copy.ts";
import { dropSchema } from "../../../../f/lib/postgres/drop_schema.ts";
import { ensureSchema } from "../../../../f/lib/postgres/ensure_schema.ts";
import { purgeTombstones } from "../../../../f/lib/postgres/purge.ts";
import { restoreSchema } from "../../../../f/lib/postgres/restore_schema.ts";
import { ROLE_KINDS, schemaNames } from "../../../../f/lib/postgres/roles.ts";
import { rotatePassword } from "../../../../f/lib/postgres/rotate.ts";
import { ensureWaitlist } from "../../../../f/lib/waitlist/ensure.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { connectionOf } from "../../../support/project_roles.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

/** A login as managed servers give: it may create roles and owns its database, but is no superuser. */
const superuser = testDatabase();
const manager = { ...superuser, user: uniqueProject("manager"), password: "manager-password" };
const guest = { ...superuser, user: uniqueProject("guest"), password: "guest-password" };

beforeAll(() =>
  withPostgres(superuser, (sql) =>
    sql.query(`create role ${manager.user} login createrole password '${manager.password}';
               create role ${guest.user} login createrole password '${guest.password}';
               alter database ${superuser.dbname} owner to ${manager.user}`),
  ),
);

describe("with a login that is no superuser", () => {
  it("ensures, finds unchanged, serves what stands on it, and drops", async () => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    const { folder } = schemaNames(project);
    await withPostgres(manager, async (sql) => {
      const ensure = () => ensureSchema({ sql, db: manager, workspace }, project);
      expect(await ensure()).toMatchObject({ status: "created" });
      expect(await ensure()).toMatchObject({ status: "unchanged" });
      expect(await ensureWaitlist(sql, project)).toMatchObject({ status: "created" });
      for (const kind of ROLE_KINDS)
        await withPostgres(connectionOf(workspace, folder, kind), (as) => as.query("select * from waitlist_signup"));
      const dropped = await dropSchema({ sql, workspace }, { project, confirm: project });
      expect(dropped).toMatchObject({ status: "dropped", dump: { tables: 1 } });
      expect(await ensure()).toMatchObject({ status: "created" });
    });
  });

  it("puts right what it may, also a password that it cannot compare", async () => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    const { folder, roles } = schemaNames(project);
    await withPostgres(manager, async (sql) => {
      const ensure = () => ensureSchema({ sql, db: manager, workspace }, project);
      await ensure();
      await withPostgres(superuser, (as) => as.query(`alter role ${roles.app} password 'x' nologin`));
      expect(await ensure()).toMatchObject({ status: "updated" });
      await withPostgres(connectionOf(workspace, folder, "app"), (as) => as.query("select 1"));
    });
  });

  it("changes passwords, drops, restores, copies and purges", async () => {
    const [project, other] = [uniqueProject(), uniqueProject()];
    const workspace = memoryWorkspace();
    const { folder } = schemaNames(project);
    await withPostgres(manager, async (sql) => {
      const ports = { sql, db: manager, workspace };
      await ensureSchema(ports, project, { extensions: ["citext"] });
      const owner = connectionOf(workspace, folder, "owner");
      await withPostgres(owner, (as) => as.query("create table t (id citext primary key); insert into t values ('a')"));
      for (const role of ROLE_KINDS) await rotatePassword(ports, { project, role });
      expect(await ensureSchema(ports, project)).toMatchObject({ status: "unchanged", extensions: ["citext"] });
      const read = async (from: string) =>
        (await withPostgres(connectionOf(workspace, from, "app"), (as) => as.query("select id from t"))).rows;
      expect(await read(folder)).toEqual([{ id: "a" }]);
      expect(await copySchema(ports, { project: other, from: project, data: true })).toMatchObject({ rows: 1 });
      expect(await read(schemaNames(other).folder)).toEqual([{ id: "a" }]);
      await dropSchema(ports, { project, confirm: project });
      await restoreSchema(ports, { project });
      expect(await read(folder)).toEqual([{ id: "a" }]);
      const { tombstone } = await dropSchema(ports, { project, confirm: project });
      const purge = { tombstone, confirm: tombstone, dryRun: false };
      expect(await purgeTombstones(sql, purge)).toMatchObject({ status: "purged" });
    });
  });

  it("says what it lacks for a shadow database, and makes one when it has it", async () => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    const { shadow, folder } = schemaNames(project);
    await withPostgres(manager, async (sql) => {
      const ensure = () => ensureSchema({ sql, db: manager, workspace }, project, { shadow: true });
      await expect(ensure()).rejects.toMatchObject({ status: 412, hint: expect.stringContaining("createdb") });
      await withPostgres(superuser, (as) => as.query(`alter role ${manager.user} createdb`));
      expect(await ensure()).toMatchObject({ shadow: { database: shadow } });
      await withPostgres({ ...connectionOf(workspace, folder, "owner"), dbname: shadow }, (as) =>
        as.query(`drop schema ${project} cascade; create schema ${project}`),
      );
      expect(await ensure()).toMatchObject({ status: "unchanged" });
      await dropSchema({ sql, workspace }, { project, confirm: project });
    });
  });

  it("fails rather than dump less than there is when row security hides rows", async () => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    const { folder, schema } = schemaNames(project);
    await withPostgres(manager, async (sql) => {
      await ensureSchema({ sql, db: manager, workspace }, project);
      await withPostgres(connectionOf(workspace, folder, "owner"), (owner) =>
        owner.query(`create table hidden (id int); insert into hidden values (1);
          alter table hidden enable row level security; alter table hidden force row level security`),
      );
      const dropping = dropSchema({ sql, workspace }, { project, confirm: project });
      await expect(dropping).rejects.toMatchObject({ code: "42501" });
      const { rows } = await withPostgres(superuser, (as) => as.query(`select * from ${schema}.hidden`));
      expect(rows).toEqual([{ id: 1 }]);
    });
  });

  it("changes nothing and says what is missing when it does not own the database", async () => {
    const other = inject("services").postgres;
    const dbname = `test_${uniqueProject()}`;
    const project = uniqueProject();
    await withPostgres(other, (sql) => sql.query(`create database ${dbname}`));
    try {
      await withPostgres({ ...other, dbname }, (sql) =>
        sql.query(`grant create on database ${dbname} to ${guest.user}`),
      );
      await withPostgres({ ...guest, dbname }, async (sql) => {
        const ensuring = ensureSchema({ sql, db: { ...guest, dbname }, workspace: memoryWorkspace() }, project);
        await expect(ensuring).rejects.toMatchObject({
          code: "precondition_failed",
          status: 412,
          details: {
            statements: expect.arrayContaining([expect.stringContaining(`on database "${dbname}" from public`)]),
          },
        });
        const { rows } = await sql.query("select from pg_roles where starts_with(rolname, $1)", [project]);
        expect(rows).toEqual([]);
      });
    } finally {
      await withPostgres(other, (sql) => sql.query(`drop database ${dbname} with (force)`));
    }
  });
});
