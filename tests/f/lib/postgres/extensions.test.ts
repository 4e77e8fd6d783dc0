import { afterAll, describe, expect, it } from "vitest";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { ensureSchema } from "../../../../f/lib/postgres/ensure_schema.ts";
import { EXTENSIONS, ensureExtensions } from "../../../../f/lib/postgres/extensions.ts";
import { schemaNames } from "../../../../f/lib/postgres/roles.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { connectionOf } from "../../../support/project_roles.ts";
import { memoryWorkspace } from "../../../support/workspace.ts";

const db = testDatabase();
const shadows: string[] = [];
afterAll(() =>
  withPostgres(db, async (sql) => {
    for (const name of shadows) await sql.query(`drop database if exists ${name} with (force)`);
  }),
);

function setUp() {
  const names = schemaNames(uniqueProject());
  const workspace = memoryWorkspace();
  return {
    ...names,
    workspace,
    ensure: (extensions?: unknown, shadow = false) =>
      withPostgres(db, (sql) =>
        ensureSchema({ sql, db, workspace }, names.project, { extensions: extensions as string[], shadow }),
      ),
    as: (kind: "owner" | "app" | "readonly", statement: string, dbname = db.dbname) =>
      withPostgres({ ...connectionOf(workspace, names.folder, kind), dbname }, (sql) => sql.query(statement)),
  };
}

describe("extensions", () => {
  it("are there for the roles of a project that asked for them, and for no other", async () => {
    const { ensure, as, schema } = setUp();
    expect(await ensure()).toMatchObject({ extensions: [] });
    await expect(as("owner", "select gen_salt('bf')")).rejects.toMatchObject({ details: { sqlstate: "42883" } });
    expect(await ensure(["pgcrypto", "citext", "citext"])).toMatchObject({
      status: "updated",
      extensions: ["citext", "pgcrypto"],
    });
    expect(await ensure(["citext"])).toMatchObject({ status: "unchanged", extensions: ["citext", "pgcrypto"] });
    expect(await ensure()).toMatchObject({ status: "unchanged", extensions: ["citext", "pgcrypto"] });
    await as("owner", "create table person (email citext); insert into person values ('Ada@Example.com')");
    expect(
      (await as("app", "select length(gen_salt('bf')) as n from person where email = 'ada@example.com'")).rows,
    ).toEqual([{ n: 29 }]);
    expect(
      (await as("readonly", "select current_schema() as schema from person where email = 'ADA@example.com'")).rows,
    ).toEqual([{ schema }]);
    const other = setUp();
    await other.ensure();
    await expect(other.as("owner", "select gen_salt('bf')")).rejects.toMatchObject({ details: { sqlstate: "42883" } });
    await expect(other.as("owner", "select extensions.gen_salt('bf')")).rejects.toMatchObject({
      details: { sqlstate: "42501" },
    });
    for (const attack of [
      "create table extensions.t (id int)",
      "drop extension citext cascade",
      "create extension dblink",
    ])
      await expect(as("owner", attack), attack).rejects.toMatchObject({ details: { sqlstate: "42501" } });
  });

  it("are in the shadow database too, and come back after Prisma has emptied it", async () => {
    const { ensure, as, shadow, schema } = setUp();
    shadows.push(shadow);
    await ensure(["citext"], true);
    await as("owner", `drop schema ${schema} cascade; create schema ${schema}; create table t (id citext)`, shadow);
    expect(await ensure(["citext", "hstore"], true)).toMatchObject({ status: "updated" });
    await as("owner", "create table u (id hstore)", shadow);
  });

  it.each<[unknown]>([
    [["dblink"]],
    [["postgres_fdw"]],
    [["file_fdw"]],
    [["plpython3u"]],
    [["pgcrypto; drop schema public"]],
    [[1]],
    ["pgcrypto"],
    [{}],
  ])("are of a list, which %j is not on", async (extensions) => {
    const { ensure } = setUp();
    await expect(ensure(extensions)).rejects.toMatchObject({
      code: "invalid_input",
      hint: expect.stringContaining("pgcrypto"),
    });
  });

  it("say what to install where the server lacks one", async () => {
    const names = schemaNames(uniqueProject());
    await withPostgres(db, async (sql) => {
      const lacking = ensureExtensions(sql, names, ["pgcrypto", "one_that_no_server_has"]);
      await expect(lacking).rejects.toMatchObject({
        code: "precondition_failed",
        message: expect.stringContaining("one_that_no_server_has"),
        hint: expect.stringContaining("Install"),
      });
    });
  });

  it("are not taken out of another schema", async () => {
    await withPostgres(db, (sql) => sql.query("create extension ltree schema public"));
    const { ensure } = setUp();
    await expect(ensure(["ltree"])).rejects.toMatchObject({
      status: 412,
      hint: expect.stringContaining('alter extension "ltree"'),
    });
  });

  it("work wherever this server has them: every one of the list can be created", async () => {
    const { rows } = await withPostgres(db, (sql) =>
      sql.query("select name from pg_available_extensions where name = any($1)", [EXTENSIONS]),
    );
    const { ensure, as } = setUp();
    const available = rows.map(({ name }) => name).filter((name) => name !== "ltree");
    expect((await ensure(available)).extensions).toEqual(expect.arrayContaining(available));
    if (available.includes("vector")) {
      await as("owner", "create table v (e vector(3)); create index on v using hnsw (e vector_l2_ops)");
      await as("app", "insert into v values ('[1,2,3]'), ('[9,9,9]')");
      expect((await as("readonly", "select e <-> '[1,2,4]' as far from v order by far limit 1")).rows).toEqual([
        { far: 1 },
      ]);
    }
    if (available.includes("postgis")) {
      await as("owner", "create table g (p geometry(Point, 4326)); create index on g using gist (p)");
      await as("app", "insert into g values (ST_Point(1, 2, 4326))");
      expect((await as("readonly", "select ST_AsText(p) as p from g")).rows).toEqual([{ p: "POINT(1 2)" }]);
    }
  });

  it("are created once for ten projects at once", async () => {
    const projects = Array.from({ length: 10 }, setUp);
    const results = await Promise.all(projects.map(({ ensure }) => ensure(["tablefunc", "unaccent"])));
    for (const { extensions } of results) expect(extensions).toEqual(expect.arrayContaining(["tablefunc", "unaccent"]));
  });
});
