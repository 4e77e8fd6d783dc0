import { beforeAll, describe, expect, it } from "vitest";
import { withPostgres } from "../../../../../f/lib/postgres/connect.ts";
import type { QueryRequest } from "../../../../../f/lib/postgres/query/request.ts";
import { runQuery } from "../../../../../f/lib/postgres/query/run.ts";
import { testDatabase } from "../../../../support/database.ts";
import { migratedProject } from "../../../../support/migrated_project.ts";
import { catalogue } from "../../../../support/project_roles.ts";
import { memoryWorkspace } from "../../../../support/workspace.ts";

const db = testDatabase();
let project: Awaited<ReturnType<typeof migratedProject>>;
const ask = (query: string, more: Omit<QueryRequest, "query"> = {}) =>
  runQuery({ db, workspace: project.workspace }, { project: project.project, query, ...more });

beforeAll(async () => {
  project = await migratedProject(db);
  await project.rows(`
    create table note (id serial primary key, text text);
    insert into note (text) select 'note ' || n from generate_series(1, 1000) n;
    create function grow() returns int security definer language sql as 'insert into note (text) values (''x'') returning id'`);
});

describe("runQuery", () => {
  it("answers rows as objects, with the names of the project's schema", async () => {
    expect(await ask("select id, text from note where id <= $1 order by id", { params: [2] })).toEqual({
      columns: ["id", "text"],
      rows: [
        { id: 1, text: "note 1" },
        { id: 2, text: "note 2" },
      ],
      truncated: false,
      durationMs: expect.any(Number),
    });
  });

  it("gives every type as JSON can hold it without a loss", async () => {
    const query = `select 9007199254740993::bigint as big, 1.10::numeric as exact, 0.5::float8 as half, true as yes, null as none,
      timestamptz '2025-01-02 03:04:05.123456+02' as at, timestamp '2025-01-02 03:04:05' as local, date '2025-01-02' as day,
      interval '1 mon 2 days' as span, '\\x00ff'::bytea as bytes, '{"a": [1]}'::jsonb as json, array[1, 2] as list, 'x' as id, 'y' as id`;
    expect((await ask(query)).rows).toEqual([
      {
        ...{ big: "9007199254740993", exact: "1.10", half: 0.5, yes: true, none: null },
        ...{ at: "2025-01-02T01:04:05.123456Z", local: "2025-01-02T03:04:05", day: "2025-01-02", span: "1 mon 2 days" },
        ...{ bytes: "\\x00ff", json: { a: [1] }, list: [1, 2], id: "x", id_2: "y" },
      },
    ]);
  });

  it.each([
    ["rows", { maxRows: 3 }, 3],
    ["rows, when there are just as many", { maxRows: 1000 }, 1000],
    ["bytes", { maxBytes: 1000 }, 75],
  ])("stops at the limit of %s", async (_what, limits, most) => {
    const { rows, truncated } = await ask("select * from note", limits);
    expect(rows.length).toBeLessThanOrEqual(most);
    expect(rows.length).toBeGreaterThan(most / 2);
    expect(truncated).toBe(rows.length < 1000);
  });

  it("does not read on when it has enough: of a table without end it answers at once", async () => {
    const endless = "with recursive n (i) as (select 1 union all select i + 1 from n) select i from n";
    expect(await ask(endless, { maxRows: 2000 })).toMatchObject({ rows: { length: 2000 }, truncated: true });
  });

  it.each([
    "explain select * from note",
    "show search_path",
    "table note limit 1",
    "values (1)",
    "(select 1)",
    "-- a\nselect 1;",
  ])("takes %s", async (query) => expect((await ask(query)).rows.length).toBeGreaterThan(0));

  it.each<[string, unknown]>([
    ["select pg_sleep(5)", { code: "timed_out", status: 504 }],
    ["select repeat('x', 2000) as text", { code: "too_large", status: 413 }],
    ["select * from nowhere", { code: "invalid_input", details: { sqlstate: "42P01" } }],
    ["select 1 / 0", { code: "invalid_input", details: { sqlstate: "22012" } }],
    ["select * from run8n.lease", { code: "forbidden", status: 403 }],
    ["select grow()", { code: "forbidden" }],
    ["select nextval('note_id_seq')", { code: "forbidden" }],
    ["with gone as (delete from note returning id) select * from gone", { code: "invalid_input" }],
    ["explain analyze delete from note", { status: expect.toBeOneOf([400, 403]) }],
    ["select * into copy from note", { code: "invalid_input" }],
    ["select pg_read_file('/etc/passwd')", { code: "forbidden" }],
    ["select set_config('transaction_read_only', 'off', false)", { code: "invalid_input" }],
  ])("refuses %s", async (query, failure) => {
    const before = await withPostgres(db, catalogue);
    await expect(ask(query, { timeoutSeconds: 1, maxBytes: 1000 })).rejects.toMatchObject(failure as object);
    expect(await withPostgres(db, catalogue)).toBe(before);
    expect(await project.rows("select count(*)::int as n from note")).toEqual([{ n: 1000 }]);
  });

  it("takes back what Postgres lets a read-only transaction do", async () => {
    await ask("select lo_create(0), pg_notify('a', 'b'), set_config('search_path', 'public', false)").catch(
      () => undefined,
    );
    const { rows } = await withPostgres(db, (sql) => sql.query("select from pg_largeobject_metadata"));
    expect(rows).toEqual([]);
  });

  it.each([
    "",
    ";",
    "delete from note",
    "select 1; select 2",
    "commit; delete from note",
    "select 1; commit; set transaction read write; delete from note",
    "set role postgres",
    "copy note to stdout",
    "do $$ begin end $$",
    "prepare x as select 1",
    "listen x",
    "begin",
    "x".repeat(100_001),
    null as unknown as string,
  ])("refuses what is no single query: %s", async (query) => {
    await expect(ask(query)).rejects.toMatchObject({ code: "invalid_input", details: { argument: "query" } });
  });

  it.each<Omit<QueryRequest, "query">>([
    { maxRows: 0 },
    { maxRows: 10_001 },
    { maxBytes: 1.5 },
    { timeoutSeconds: 301 },
    { params: "x" as never },
    { params: [{ a: 1 }] },
  ])("refuses %j", async (options) => {
    await expect(ask("select 1", options)).rejects.toMatchObject({ code: "invalid_input" });
  });

  it("refuses a project without schema", async () => {
    const asked = runQuery({ db, workspace: memoryWorkspace() }, { project: "nobody", query: "select 1" });
    await expect(asked).rejects.toMatchObject({ status: 412 });
  });
});
