import { describe, expect, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { dropSchema } from "../../../../f/lib/postgres/drop_schema.ts";
import { ensureSchema } from "../../../../f/lib/postgres/ensure_schema.ts";
import { ROLE_KINDS, type RoleKind } from "../../../../f/lib/postgres/roles.ts";
import { rotatePassword } from "../../../../f/lib/postgres/rotate.ts";
import type { PostgresqlValue } from "../../../../f/lib/resources.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { dying } from "../../../support/faults.ts";
import { migratedProject } from "../../../support/migrated_project.ts";
import { connectionOf } from "../../../support/project_roles.ts";

const db = testDatabase();

async function setUp() {
  const { project, schema, folder, roles, workspace } = await migratedProject(db);
  const ports = { db, workspace };
  return {
    ...{ project, schema, roles, workspace },
    rotate: (role: string, graceSeconds?: number) =>
      withPostgres(db, (sql) => rotatePassword({ sql, ...ports }, { project, role, graceSeconds })),
    ensure: () => withPostgres(db, (sql) => ensureSchema({ sql, ...ports }, project)),
    connection: (kind: RoleKind) => connectionOf(workspace, folder, kind),
  };
}

const seen = async (connection: PostgresqlValue) =>
  (
    await withPostgres(connection, (sql) =>
      sql.query(`select current_user as me, current_schema() as schema,
                        current_setting('statement_timeout') as most, current_setting('lock_timeout') as wait`),
    )
  ).rows[0];

const refused = (connection: PostgresqlValue) =>
  expect(withPostgres(connection, (sql) => sql.query("select 1"))).rejects.toMatchObject({ cause: { code: "28P01" } });

describe("rotatePassword", () => {
  it.each(ROLE_KINDS)(
    "gives the %s role a new password, and both work as the same role until the grace ends",
    async (kind) => {
      const { rotate, ensure, connection, roles } = await setUp();
      const before = connection(kind);
      const was = await seen(before);
      const started = Date.now();
      const result = await rotate(kind, 3600);
      expect(result).toMatchObject({ role: kind, login: `${roles[kind]}_b`, status: "updated" });
      expect(Date.parse(result.previousWorksUntil) - started).toBeGreaterThan(3_590_000);
      const after = connection(kind);
      expect(after).toMatchObject({ user: `${roles[kind]}_b`, password: expect.not.stringMatching(before.password) });
      expect(await seen(before)).toEqual(was);
      expect(await seen(after)).toEqual(was);
      expect(await ensure()).toMatchObject({ status: "unchanged", roles: { [kind]: { secret: result.secret } } });
    },
  );

  it("lets the old login create what the new one owns, and no more than before", async () => {
    const { rotate, connection, roles } = await setUp();
    const before = connection("owner");
    await rotate("owner", 3600);
    await withPostgres(before, (sql) => sql.query("create table one (id int)"));
    await withPostgres(connection("owner"), async (sql) => {
      await sql.query("create table two (id int); insert into one values (1); drop table one");
      const { rows } = await sql.query("select tableowner from pg_tables where tablename = 'two'");
      expect(rows).toEqual([{ tableowner: roles.owner }]);
      await sql.query("set role none");
      for (const attack of [
        "select * from two",
        "create table three (id int)",
        "alter role current_user valid until 'infinity'",
      ])
        await expect(sql.query(attack), attack).rejects.toMatchObject({
          code: expect.stringMatching(/^(42501|42P01|3F000)$/),
        });
    });
  });

  it("goes back and forth, and refuses to cut a grace short unless that is what is asked for", async () => {
    const { rotate, connection, roles } = await setUp();
    const first = connection("app");
    await rotate("app", 3600);
    const second = connection("app");
    await expect(rotate("app", 3600)).rejects.toMatchObject({
      code: "conflict",
      hint: expect.stringContaining("graceSeconds"),
    });
    const running = withPostgres(second, async (sql) => {
      await sql.query("select 1");
      await rotate("app", 0);
      await expect(sql.query("select 1")).rejects.toThrow();
    });
    await running;
    expect(connection("app").user).toBe(roles.app);
    await seen(connection("app"));
    await refused(first);
    await refused(second);
    await rotate("app", 3600);
    await seen(connection("app"));
  });

  it("mends a second login that was changed by hand", async () => {
    const { rotate, ensure, connection, roles, project } = await setUp();
    await rotate("app", 3600);
    await withPostgres(db, (sql) =>
      sql.query(`alter role ${roles.app}_b reset role; alter role ${roles.app}_b connection limit -1 superuser;
                 grant ${roles.owner} to ${roles.app}_b; alter role ${roles.app}_b password 'x'`),
    );
    expect(await ensure()).toMatchObject({ status: "updated" });
    expect(await ensure()).toMatchObject({ status: "unchanged", project });
    expect(await seen(connection("app"))).toMatchObject({ me: roles.app });
  });

  it.each([
    ["somebody", 0],
    ["", 0],
    ["app", -1],
    ["app", 0.5],
    ["app", 1e9],
    ["app", Number.NaN],
  ])("refuses role %j with %j seconds", async (role, graceSeconds) => {
    const asked = withPostgres(db, (sql) =>
      rotatePassword({ sql, db, workspace: {} as never }, { project: "shop", role, graceSeconds }),
    );
    await expect(asked).rejects.toMatchObject({ status: 400 });
  });

  it("refuses a project without schema", async () => {
    const asked = withPostgres(db, (sql) =>
      rotatePassword({ sql, db, workspace: {} as never }, { project: uniqueProject(), role: "app" }),
    );
    await expect(asked).rejects.toMatchObject({ status: 412 });
  });

  it("leaves nothing behind when the schema is dropped", async () => {
    const { rotate, workspace, project, schema } = await setUp();
    for (const kind of ROLE_KINDS) await rotate(kind, 3600);
    await withPostgres(db, (sql) => dropSchema({ sql, workspace }, { project, confirm: project }));
    expect(workspace.secrets.size + workspace.resources.size).toBe(0);
    const { rows } = await withPostgres(db, (sql) =>
      sql.query("select rolname from pg_roles where starts_with(rolname, $1) and rolname ~ '_b$'", [schema]),
    );
    expect(rows).toEqual([]);
  });

  it("killed after any call, leaves a connection that works", async () => {
    const { project, workspace, ensure, connection } = await setUp();
    for (let at = 1; ; at++) {
      const { life, ...kill } = dying(at, "after");
      await withPostgres(db, (sql) =>
        rotatePassword(
          { sql: kill.sql(sql), db, workspace: kill.workspace(workspace) },
          { project, role: "app", graceSeconds: 0 },
        ),
      ).catch(() => undefined);
      await ensure();
      await seen(connection("app"));
      if (!life.died) {
        expect(at).toBeGreaterThan(8);
        return;
      }
    }
  });
});
