import { describe, expect, it } from "vitest";
import { type Sql, withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { ensureSchema } from "../../../../f/lib/postgres/ensure_schema.ts";
import { ROLE_KINDS, schemaNames } from "../../../../f/lib/postgres/roles.ts";
import { runOnBun } from "../../../support/bun.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { connectionOf } from "../../../support/project_roles.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();

const ensure = (project: string, workspace = memoryWorkspace(), as = db) =>
  withPostgres(as, (sql) => ensureSchema({ sql, db: as, workspace }, project));

describe("ensureSchema", () => {
  it("makes a schema with three roles, and names where their credentials are kept", async () => {
    const project = `my-${uniqueProject()}`;
    const workspace = memoryWorkspace();
    const schema = project.replace("-", "_");
    const folder = `f/project_${schema}`;
    const role = (kind: string) => ({
      name: `${schema}_${kind}`,
      secret: `${folder}/postgres_${kind}_password`,
      resource: `${folder}/postgres_${kind}`,
    });
    const result = await ensure(project, workspace);
    expect(result).toEqual({
      project,
      schema,
      roles: { owner: role("owner"), app: role("app"), readonly: role("readonly") },
      extensions: [],
      shadow: null,
      status: "created",
    });
    expect([...workspace.folders]).toEqual([folder]);
    expect(workspace.resources.get(`${folder}/postgres_app`)).toEqual({
      type: "postgresql",
      value: {
        host: db.host,
        port: db.port,
        user: `${schema}_app`,
        password: `$var:${folder}/postgres_app_password`,
        dbname: db.dbname,
      },
    });
  });

  it("lets each role log in with its own password, into its own schema and with its own limits", async () => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    await ensure(project, workspace);
    const { folder, schema, roles } = schemaNames(project);
    const limits = { owner: "15min", app: "30s", readonly: "1min" };
    for (const kind of ROLE_KINDS) {
      const seen = await withPostgres(connectionOf(workspace, folder, kind), (sql) =>
        sql.query(`select current_user as me, current_schema() as schema, current_setting('statement_timeout') as most,
                          current_setting('idle_in_transaction_session_timeout') <> '0' as bounded`),
      );
      expect(seen.rows).toEqual([{ me: roles[kind], schema, most: limits[kind], bounded: true }]);
    }
    expect(new Set(workspace.secrets.values()).size).toBe(3);
    for (const secret of workspace.secrets.values()) expect(secret).toMatch(/^[\w-]{43}$/);
  });

  it("gives rights on what the owner will create: rows to the app, a look to read-only", async () => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    await ensure(project, workspace);
    const { folder } = schemaNames(project);
    await withPostgres(connectionOf(workspace, folder, "owner"), (sql) =>
      sql.query(`create type mood as enum ('good'); create table note (id serial primary key, text text, mood mood);
                 create function loud(text) returns text language sql as 'select upper($1)'`),
    );
    await withPostgres(connectionOf(workspace, folder, "app"), async (sql) => {
      await sql.query("insert into note (text, mood) values (loud('hi'), 'good'), ('bye', null)");
      await sql.query("update note set text = text || '!' where id = 1");
      await sql.query("delete from note where id = 2");
      await expect(sql.query("truncate note")).rejects.toMatchObject({ code: "42501" });
    });
    await withPostgres(connectionOf(workspace, folder, "readonly"), async (sql) => {
      expect((await sql.query("select text from note")).rows).toEqual([{ text: "HI!" }]);
      await sql.query("set default_transaction_read_only = off");
      for (const statement of ["insert into note default values", "select nextval('note_id_seq')", "select loud('x')"])
        await expect(sql.query(statement), statement).rejects.toMatchObject({ code: "42501" });
    });
  });

  it("changes nothing when it runs again, and keeps the passwords", async () => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    await ensure(project, workspace);
    const secrets = new Map(workspace.secrets);
    expect(await ensure(project, workspace)).toMatchObject({ status: "unchanged" });
    expect(workspace.secrets).toEqual(secrets);
  });

  it("never shows a clear password to the server, to its caller or to the audit row", async () => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    const seen: string[] = [];
    await withPostgres(db, async (sql) => {
      const spying: Sql = {
        query(text, params) {
          seen.push(text, JSON.stringify(params ?? []));
          return sql.query(text, params);
        },
      };
      seen.push(JSON.stringify(await ensureSchema({ sql: spying, db, workspace }, project)));
      const audit = await sql.query("select * from run8n.operation where project = $1", [project]);
      seen.push(JSON.stringify(audit.rows));
    });
    expect(seen.join()).toContain("SCRAM-SHA-256$4096:");
    for (const secret of [...workspace.secrets.values(), db.password]) expect(seen.join()).not.toContain(secret);
  });

  it("makes a new password when the secret is gone, and writes a connection that is gone", async () => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    await ensure(project, workspace);
    const { folder } = schemaNames(project);
    workspace.secrets.delete(`${folder}/postgres_app_password`);
    expect(await ensure(project, workspace)).toMatchObject({ status: "updated" });
    await withPostgres(connectionOf(workspace, folder, "app"), (sql) => sql.query("select 1"));
    workspace.resources.delete(`${folder}/postgres_owner`);
    expect(await ensure(project, workspace)).toMatchObject({ status: "updated" });
    expect(await ensure(project, workspace)).toMatchObject({ status: "unchanged" });
  });

  it("leaves rights on tables to the migrations that set them", async () => {
    const project = uniqueProject();
    const workspace = memoryWorkspace();
    await ensure(project, workspace);
    const { folder, roles } = schemaNames(project);
    const owner = connectionOf(workspace, folder, "owner");
    await withPostgres(owner, (sql) => sql.query(`create table log (id int); revoke delete on log from ${roles.app}`));
    expect(await ensure(project, workspace)).toMatchObject({ status: "unchanged" });
    await withPostgres(connectionOf(workspace, folder, "app"), async (sql) => {
      await expect(sql.query("delete from log")).rejects.toMatchObject({ code: "42501" });
    });
  });

  it("runs on Bun as a worker bundles it", async () => {
    const project = uniqueProject();
    const code = `
      import { withPostgres } from "@f/lib/postgres/connect.ts";
      import { dropSchema } from "@f/lib/postgres/drop_schema.ts";
      import { ensureSchema } from "@f/lib/postgres/ensure_schema.ts";
      const kept = new Map();
      const get = async (path) => kept.get(path);
      const set = async (path, ...rest) => void kept.set(path, rest.length === 2 && rest[1].host ? rest[1] : rest[0]);
      const remove = async (path) => void kept.delete(path);
      const workspace = { ensureFolder: async () => {}, getSecret: get, setSecret: set, deleteSecret: remove,
                          getResource: get, setResource: set, deleteResource: remove };
      export const main = (db, project) => withPostgres(db, async (sql) => [
        (await ensureSchema({ sql, db, workspace }, project)).status,
        (await ensureSchema({ sql, db, workspace }, project)).status,
        (await dropSchema({ sql, workspace }, { project, confirm: project })).status,
        kept.size,
      ]);`;
    expect(await runOnBun(code, [db, project])).toEqual(["created", "unchanged", "dropped", 0]);
  });

  it("takes a name that is a word of SQL", async () => {
    const workspace = memoryWorkspace();
    for (const project of ["select", "user", "table"]) {
      expect(await ensure(project, workspace)).toMatchObject({ schema: project, status: "created" });
      expect(await ensure(project, workspace)).toMatchObject({ status: "unchanged" });
      const { rows } = await withPostgres(connectionOf(workspace, `f/project_${project}`, "app"), (sql) =>
        sql.query("select current_schema() as schema"),
      );
      expect(rows).toEqual([{ schema: project }]);
    }
  });
});

describe("ensureSchema, when others were there before", () => {
  it.each<[string, (names: ReturnType<typeof schemaNames>) => string]>([
    ["schema", ({ schema }) => `create schema ${schema}`],
    ["role", ({ roles }) => `create role ${roles.app} superuser login`],
    [
      "role of the same project in another database",
      ({ roles, project }) =>
        `create role ${roles.owner}; comment on role ${roles.owner} is 'run8n project ${project} in database postgres'`,
    ],
  ])("refuses to take over a %s", async (_what, before) => {
    const names = schemaNames(uniqueProject());
    const workspace = memoryWorkspace();
    await withPostgres(db, (sql) => sql.query(before(names)));
    await expect(ensure(names.project, workspace)).rejects.toMatchObject({ code: "conflict", status: 409 });
    expect(workspace.secrets.size + workspace.resources.size + workspace.folders.size).toBe(0);
    await withPostgres(db, async (sql) => {
      const { rows } = await sql.query(
        "select (select count(*)::int from pg_roles where starts_with(rolname, $1)) + (select count(*)::int from pg_namespace where nspname = $1) as found",
        [names.schema],
      );
      expect(rows).toEqual([{ found: 1 }]);
    });
  });

  it("goes on with roles whose database was renamed", async () => {
    const names = schemaNames(uniqueProject());
    const mark = `run8n project ${names.project} in database of_yesterday`;
    await withPostgres(db, (sql) =>
      sql.query(
        ROLE_KINDS.map((kind) => names.roles[kind])
          .map((role) => `create role ${role}; comment on role ${role} is '${mark}'`)
          .join(";"),
      ),
    );
    expect(await ensure(names.project)).toMatchObject({ status: "created" });
  });
});
