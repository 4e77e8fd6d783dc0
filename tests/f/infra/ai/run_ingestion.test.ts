import { describe, expect, it } from "vitest";
import { main as runIngestion } from "../../../../f/infra/ai/run_ingestion.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { documents, testAi } from "../../../support/ai_index.ts";

const { db, index: newIndex, ingest } = testAi();
const given = (count: number) =>
  documents(Object.fromEntries(Array.from({ length: count }, (_, at) => [`${at}.md`, `Text ${at}.`])));
const begin = (project: string, spec: unknown, more: { mode?: "add"; maxCostUsd?: number; source?: string } = {}) =>
  runIngestion(project, "docs", more.source ?? "main", spec as never, more.mode, more.maxCostUsd, db);

describe("run_ingestion", () => {
  it("lists a source and cuts it into batches", async () => {
    const { project } = await newIndex();
    const begun = await begin(project, given(250));
    expect(begun).toEqual({
      project,
      index: "docs",
      source: "main",
      run: expect.any(Number),
      documents: 250,
      unchanged: 0,
      batches: [0, 1, 2],
    });
    const large = documents({ "a.md": "a".repeat(3_000_000), "b.md": "b".repeat(3_000_000), "c.md": "c" });
    expect((await begin(project, large)).batches).toEqual([0, 1]);
  });

  it("leaves nothing to do of what is in the index already, and lists anew each time", async () => {
    const index = await newIndex();
    await ingest(index, given(3));
    const spec = given(4);
    const [first, second] = [await begin(index.project, spec), await begin(index.project, spec)];
    expect(first).toMatchObject({ documents: 4, unchanged: 3, batches: [0] });
    expect(second.run).toBeGreaterThan(first.run);
  });

  it("lists the rows of a table of the project, in the order of their key", async () => {
    const index = await newIndex();
    await withPostgres(db, (sql) =>
      sql.query(`create table ${index.project}.post (id int primary key, title text, body text, owner text);
                 insert into ${index.project}.post select n, 'Title ' || n, 'Body ' || n, 'user-1' from generate_series(1, 450) n`),
    );
    const spec = { kind: "table", table: "post", key: "id", text: ["title", "body"], title: "title", tenant: "owner" };
    const begun = await begin(index.project, spec);
    expect(begun).toMatchObject({ documents: 450, batches: [0, 1, 2, 3, 4] });
    const { rows } = await withPostgres(db, (sql) =>
      sql.query(`select entry from ${index.tables.listed} where run = $1 and document = '7'`, [begun.run]),
    );
    expect(rows).toEqual([
      { entry: { text: "Title 7\n\nBody 7", mediaType: "text/markdown", title: "Title 7", tenant: "user-1" } },
    ]);
  });

  it.each<[string, unknown, string]>([
    ["no kind", {}, "invalid_input"],
    ["an unknown field", { kind: "urls", urls: ["https://a.example/"], secret: 1 }, "invalid_input"],
    ["a document without content", { kind: "documents", documents: [{ id: "a" }] }, "invalid_input"],
    [
      "a document with two contents",
      { kind: "documents", documents: [{ id: "a", text: "x", base64: "eA==" }] },
      "invalid_input",
    ],
    [
      "a document twice",
      {
        kind: "documents",
        documents: [
          { id: "a", text: "x" },
          { id: "a", text: "y" },
        ],
      },
      "invalid_input",
    ],
    ["a document without a name", { kind: "documents", documents: [{ id: "", text: "x" }] }, "invalid_input"],
    ["deep metadata", { kind: "documents", documents: [{ id: "a", text: "x", metadata: { a: {} } }] }, "invalid_input"],
    ["a file as address", { kind: "urls", urls: ["file:///etc/passwd"] }, "invalid_input"],
    ["a password in an address", { kind: "urls", urls: ["https://me:hunter2@a.example/"] }, "invalid_input"],
    ["a private sitemap", { kind: "sitemap", url: "http://127.0.0.1/sitemap.xml" }, "forbidden"],
    ["another's files", { kind: "storage", under: "/other/" }, "invalid_input"],
    ["no addresses", { kind: "urls", urls: [] }, "invalid_input"],
    ["SQL as a table", { kind: "table", table: "a; drop table b", key: "id", text: ["t"] }, "invalid_input"],
    [
      "another schema's table",
      { kind: "table", table: "pg_authid", key: "rolname", text: ["rolpassword"] },
      "not_found",
    ],
    ["a column that is not there", { kind: "table", table: "ai_index", key: "name", text: ["hunter2"] }, "not_found"],
  ])("refuses %s", async (_, spec, code) => {
    const { project } = await newIndex();
    const error = await begin(project, spec).catch((one) => one);
    expect(error).toMatchObject({ code });
    expect(JSON.stringify([error, error.message])).not.toContain("hunter2:");
  });

  it("refuses a source and a mode that are none", async () => {
    const { project } = await newIndex();
    await expect(begin(project, given(1), { source: "Main Source" })).rejects.toMatchObject({ code: "invalid_input" });
    await expect(begin(project, given(1), { mode: "merge" as "add" })).rejects.toMatchObject({ code: "invalid_input" });
  });
});
