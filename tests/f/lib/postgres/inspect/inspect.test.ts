import { describe, expect, it, vi } from "vitest";
import { withPostgres } from "../../../../../f/lib/postgres/connect.ts";
import { inspectSchema } from "../../../../../f/lib/postgres/inspect/inspect.ts";
import { testDatabase, uniqueProject } from "../../../../support/database.ts";
import { migratedProject } from "../../../../support/migrated_project.ts";
import { catalogue } from "../../../../support/project_roles.ts";

const db = testDatabase();

const SOUND = `
  create table author (id serial primary key, name text not null default 'nobody' unique);
  create table book (id uuid primary key, author int not null references author on delete cascade, title text, extra numeric(10, 2)[]);
  create index book_author on book (author);
  create view titles as select title from book;
  create table sold (at date not null, book uuid, primary key (at, book)) partition by range (at);
  create table sold_2025 partition of sold for values from ('2025-01-01') to ('2026-01-01');`;

async function setUp(structure: string) {
  const project = await migratedProject(db);
  await withPostgres(project.owner, (owner) => owner.query(structure));
  return {
    ...project,
    inspect: (tables?: string[]) => withPostgres(db, (sql) => inspectSchema(sql, { project: project.project, tables })),
  };
}

describe("inspectSchema", () => {
  it("shows tables, columns, keys, indexes and sizes, and has nothing to say about a sound schema", async () => {
    const { project, schema, inspect } = await setUp(SOUND);
    const before = await withPostgres(db, catalogue);
    const found = await inspect();
    expect(await withPostgres(db, catalogue)).toBe(before);
    expect(found).toMatchObject({ project, schema, sizeBytes: expect.any(Number), truncated: false, advice: [] });
    expect(found.tables.map(({ name, kind }) => [name, kind])).toEqual([
      ["author", "table"],
      ["book", "table"],
      ["sold", "partitioned"],
      ["titles", "view"],
    ]);
    expect(found.tables[1]).toEqual({
      name: "book",
      kind: "table",
      rows: null,
      sizeBytes: expect.any(Number),
      indexBytes: expect.any(Number),
      columns: [
        { name: "id", type: "uuid", nullable: false, default: null },
        { name: "author", type: "integer", nullable: false, default: null },
        { name: "title", type: "text", nullable: true, default: null },
        { name: "extra", type: "numeric(10,2)[]", nullable: true, default: null },
      ],
      primaryKey: ["id"],
      foreignKeys: [{ name: "book_author_fkey", columns: ["author"], references: "author", onDelete: "cascade" }],
      indexes: [
        {
          name: "book_author",
          definition: expect.stringContaining("(author)"),
          unique: false,
          sizeBytes: 8192,
          scans: 0,
        },
        { name: "book_pkey", definition: expect.any(String), unique: true, sizeBytes: 8192, scans: 0 },
      ],
      rowSecurity: false,
      policies: [],
    });
    expect((await inspect(["titles"])).tables).toHaveLength(1);
  });

  it.each<[string, string, string]>([
    ["no_primary_key", "bare", "create table bare (x int)"],
    ["no_primary_key", "bare", "create table bare (id int, row_id int)"],
    ["no_primary_key", "bare", "create table bare (code text not null unique)"],
    ["no_primary_key", "bare", "create table bare (code text not null); create unique index bare_code on bare (code)"],
    ["unindexed_foreign_key", "book.book_author_fkey", "drop index book_author"],
    [
      "unindexed_foreign_key",
      "pair.pair_a_b_fkey",
      "create table other (a int, b int, primary key (a, b)); create table pair (id int primary key, a int, b int, foreign key (a, b) references other); create index on pair (a)",
    ],
    [
      "unchecked_constraint",
      "book.short",
      "alter table book add constraint short check (length(title) < 100) not valid",
    ],
    ["sequence_near_end", "author_id_seq", "select setval('author_id_seq', 2000000000)"],
    [
      "sequence_near_end",
      "small_id_seq",
      "create table small (id smallint generated always as identity primary key); select setval('small_id_seq', 32000)",
    ],
    ["duplicate_index", "book_author_2", "create index book_author_2 on book (author)"],
    ["duplicate_index", "author_name_2", "create unique index author_name_2 on author (name)"],
    ["duplicate_index", "author_name_2", "create index author_name_2 on author (name)"],
    ["covered_index", "book_author", "create index book_author_title on book (author, title)"],
    ["policies_without_effect", "book", "create policy p on book using (true)"],
    ["row_security_without_policy", "book", "alter table book enable row level security"],
    ["no_row_security", "book", "grant select on book to public; create policy p on book using (false)"],
    [
      "bloat",
      "author",
      "alter table author set (autovacuum_enabled = off); insert into author (name) select 'n' || n from generate_series(1, 20000) n; delete from author where id > 5",
    ],
    [
      "no_statistics",
      "author",
      "alter table author set (autovacuum_enabled = off); insert into author (name) select 'n' || n from generate_series(1, 2000) n",
    ],
    [
      "unused_index",
      "author_lower",
      `insert into author (name) select 'name ' || n from generate_series(1, 3000) n; create index author_lower on author (lower(name)); analyze author;
       do $$ begin for n in 1..120 loop perform from author where name = 'name ' || n; end loop; end $$`,
    ],
  ])("finds %s on %s, with SQL that mends it", async (code, object, flaw) => {
    const { inspect, owner } = await setUp(`${SOUND}; ${flaw}`);
    const advice = await vi.waitFor(
      async () => {
        const found = (await inspect()).advice.find((one) => one.code === code);
        expect(found).toMatchObject({ object, why: expect.any(String), fix: expect.any(String) });
        return found!;
      },
      { timeout: 20_000 }, // statistics arrive a moment later
    );
    await withPostgres(owner, async (sql) => {
      for (const statement of advice.fix.split(";")) await sql.query(statement);
    });
    await vi.waitFor(async () => expect((await inspect()).advice.filter((one) => one.code === code)).toEqual([]), {
      timeout: 20_000,
    });
  });

  it("finds what a failed build left, and who owns what is not the owner's", async () => {
    const { inspect, owner, schema, roles } =
      await setUp(`${SOUND}; insert into book select gen_random_uuid(), id from author;
      insert into author (name) values ('a'), ('b'); insert into book select gen_random_uuid(), id, 'same' from author`);
    await withPostgres(owner, (sql) =>
      sql.query("create unique index concurrently broken on book (title)").catch(() => sql.query("delete from book")),
    );
    await withPostgres(db, (sql) => sql.query(`create table ${schema}.foreign_one (id int primary key)`));
    const { advice } = await inspect();
    expect(advice).toMatchObject([
      { code: "invalid_index", object: "broken", severity: "high" },
      { code: "other_owner", object: "foreign_one", fix: expect.stringContaining(roles.owner) },
    ]);
    await withPostgres(db, async (sql) => {
      for (const { fix } of advice) await sql.query(fix);
    });
    expect((await inspect()).advice).toEqual([]);
  });

  it("quotes names as they need it", async () => {
    const { inspect, owner } = await setUp(
      'create table "Odd ""name" ("A b" int, "C" int unique); alter table "Odd ""name" add foreign key ("A b") references "Odd ""name" ("C")',
    );
    const { advice } = await inspect();
    expect(advice.map(({ code }) => code)).toEqual(["no_primary_key", "unindexed_foreign_key"]);
    await withPostgres(owner, async (sql) => {
      for (const { fix } of advice) await sql.query(fix);
    });
    expect((await inspect()).advice).toEqual([]);
  });

  it("refuses a project without schema and what can be no names", async () => {
    const inspect = (project: string, tables?: unknown) =>
      withPostgres(db, (sql) => inspectSchema(sql, { project, tables: tables as string[] }));
    await expect(inspect(uniqueProject())).rejects.toMatchObject({ status: 412 });
    for (const tables of [[1], ["x".repeat(64)], Array(201).fill("a")])
      await expect(inspect(uniqueProject(), tables)).rejects.toMatchObject({ status: 400 });
  });
});
