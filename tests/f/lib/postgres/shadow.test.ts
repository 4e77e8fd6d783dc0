import { afterEach, describe, expect, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { dropSchema } from "../../../../f/lib/postgres/drop_schema.ts";
import { ensureSchema } from "../../../../f/lib/postgres/ensure_schema.ts";
import { schemaNames } from "../../../../f/lib/postgres/roles.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { dying } from "../../../support/faults.ts";
import { DATASOURCE, prismaProject } from "../../../support/prisma.ts";
import { connectionOf } from "../../../support/project_roles.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();
const made: string[] = [];
afterEach(() =>
  withPostgres(db, async (sql) => {
    for (const name of made.splice(0)) await sql.query(`drop database if exists ${name} with (force)`);
  }),
);

function setUp() {
  const names = schemaNames(uniqueProject());
  const workspace = memoryWorkspace();
  made.push(names.shadow);
  return {
    ...names,
    workspace,
    ensure: (shadow?: boolean) =>
      withPostgres(db, (sql) => ensureSchema({ sql, db, workspace }, names.project, { shadow })),
    connection: (kind: "owner" | "app" | "readonly") => ({
      ...connectionOf(workspace, names.folder, kind),
      dbname: names.shadow,
    }),
  };
}

describe("the shadow database", () => {
  it("is there when it is asked for, once, and stays when nothing is said", async () => {
    const { ensure, shadow, folder, workspace, roles } = setUp();
    const wanted = { database: shadow, resource: `${folder}/postgres_shadow` };
    expect(await ensure()).toMatchObject({ status: "created", shadow: null });
    expect(await ensure(true)).toMatchObject({ status: "updated", shadow: wanted });
    expect(await ensure(true)).toMatchObject({ status: "unchanged", shadow: wanted });
    expect(await ensure()).toMatchObject({ status: "unchanged", shadow: wanted });
    expect(workspace.resources.get(wanted.resource)).toMatchObject({
      type: "postgresql",
      value: { user: roles.owner, dbname: shadow, password: `$var:${folder}/postgres_owner_password` },
    });
  });

  it("lets its owner empty it as Prisma does, and nobody else in", async () => {
    const { ensure, connection, schema } = setUp();
    await ensure(true);
    await withPostgres(connection("owner"), async (sql) => {
      for (const name of [schema, "public"])
        await sql.query(`drop schema ${name} cascade; create schema ${name}; create table ${name}.t (id int)`);
      expect((await sql.query("select current_schema() as name")).rows).toEqual([{ name: schema }]);
      for (const attack of [
        "create role intruder",
        "create database intruder",
        "copy (select 1) to program 'id'",
        "alter database postgres connection limit 0",
      ])
        await expect(sql.query(attack), attack).rejects.toMatchObject({ code: "42501" });
    });
    const stranger = setUp();
    await stranger.ensure();
    const shadow = { dbname: connection("owner").dbname };
    const others = [
      connection("app"),
      connection("readonly"),
      { ...connectionOf(stranger.workspace, stranger.folder, "owner"), ...shadow },
    ];
    for (const other of others)
      await expect(withPostgres(other, (sql) => sql.query("select 1"))).rejects.toMatchObject({
        cause: { code: "42501" },
      });
    expect(await ensure(true)).toMatchObject({ status: "unchanged" });
  });

  it("serves the real Prisma, which compares migrations with a schema in it", async () => {
    const { ensure, connection, schema, folder, workspace } = setUp();
    await ensure(true);
    const model = "model Note {\n  id Int @id\n}\n";
    const prisma = prismaProject(
      { db: connectionOf(workspace, folder, "owner"), schema, shadow: connection("owner") },
      {
        "prisma/schema.prisma": DATASOURCE + model,
        "prisma/migrations/1_init/migration.sql":
          'create table "Note" (id int not null, constraint "Note_pkey" primary key (id));',
      },
    );
    const compare = [
      "migrate",
      "diff",
      "--from-migrations",
      "prisma/migrations",
      "--to-schema-datamodel",
      "prisma/schema.prisma",
      "--exit-code",
    ];
    for (const _twice of [1, 2]) expect(await prisma.run(...compare)).toMatchObject({ code: 0 });
    prisma.remove();
  });

  it("goes with the schema when that is dropped", async () => {
    const { ensure, workspace, project, shadow } = setUp();
    await ensure(true);
    const drop = () => withPostgres(db, (sql) => dropSchema({ sql, workspace }, { project, confirm: project }));
    expect(await drop()).toMatchObject({ status: "dropped" });
    expect(workspace.resources.size).toBe(0);
    const { rows } = await withPostgres(db, (sql) => sql.query("select from pg_database where datname = $1", [shadow]));
    expect(rows).toEqual([]);
  });

  it("is never one that somebody else has made, not even to drop it", async () => {
    const { ensure, workspace, project, shadow } = setUp();
    await withPostgres(db, (sql) => sql.query(`create database ${shadow}`));
    await expect(ensure(true)).rejects.toMatchObject({ code: "conflict", status: 409 });
    await ensure();
    await withPostgres(db, (sql) => dropSchema({ sql, workspace }, { project, confirm: project }));
    const { rows } = await withPostgres(db, (sql) => sql.query("select from pg_database where datname = $1", [shadow]));
    expect(rows).toHaveLength(1);
  });

  it("is completed when the call that made it was killed after any step", { timeout: 120_000 }, async () => {
    const { ensure, workspace, project, shadow, connection } = setUp();
    await ensure();
    for (let at = 4; ; at++) {
      await withPostgres(db, (sql) => sql.query(`drop database if exists ${shadow} with (force)`));
      const { life, ...kill } = dying(at, "after");
      await withPostgres(db, (sql) =>
        ensureSchema({ sql: kill.sql(sql), db, workspace: kill.workspace(workspace) }, project, { shadow: true }),
      ).catch(() => undefined);
      await ensure(true);
      await withPostgres(connection("owner"), (sql) => sql.query("create table t (id int)"));
      if (!life.died) return;
    }
  });
});
