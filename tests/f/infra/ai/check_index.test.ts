import { describe, expect, it } from "vitest";
import { main as checkIndex } from "../../../../f/infra/ai/check_index.ts";
import { checkIndex as check } from "../../../../f/lib/ai/check.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testAi } from "../../../support/ai_index.ts";
import { testWeb } from "../../../support/web.ts";

const { db, qdrant, index: newIndex, ingest, connected } = testAi();
const pages: Record<string, string> = { "/a": "<p>Apples.", "/b": "<p>Bees." };
const web = testWeb((request, answer) => {
  const page = request.url === "/sitemap.xml" ? sitemap() : pages[request.url ?? ""];
  answer.writeHead(page ? 200 : 404, { "content-type": page?.startsWith("<p>") ? "text/html" : "text/xml" }).end(page);
});
const sitemap = () =>
  `<urlset>${Object.keys(pages)
    .map((path) => `<url><loc>${web.at("a.test", path)}</loc></url>`)
    .join("")}</urlset>`;
const run = (project: string, read = false) => checkIndex(project, "docs", read, qdrant.value, db);

describe("check_index", () => {
  it("is content with an index that is whole", async () => {
    const index = await newIndex();
    expect(await run(index.project)).toMatchObject({ status: "ok", documents: 0, chunks: 0, sources: [] });
    await ingest(index, { "a.md": "Apples.", "b.md": "Bees." });
    expect(await run(index.project)).toEqual({
      project: index.project,
      index: "docs",
      status: "ok",
      documents: 2,
      chunks: 2,
      missing: 0,
      stale: 0,
      orphaned: 0,
      unfinished: 0,
      sources: [{ source: "main", status: "given" }],
      examples: [],
    });
  });

  it("finds each chunk that is gone, changed, left over or half done", async () => {
    const index = await newIndex();
    const corpus = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`${at}.md`, `Text ${at}.`]));
    await ingest(index, corpus);
    const { points } = await qdrant.client.scroll(index.collection, { limit: 20, with_vector: true });
    await qdrant.client.delete(index.collection, { points: points.slice(0, 3).map(({ id }) => id) });
    await qdrant.client.setPayload(index.collection, { points: [points[4]!.id], payload: { state: "x" } });
    const stray = { vector: points[0]!.vector as Record<string, number[]>, payload: { source: "gone", document: "g" } };
    await qdrant.client.upsert(index.collection, {
      points: [
        { id: 7, ...stray },
        { id: "ffffffff-0000-8000-8000-000000000000", ...stray },
      ],
    });
    await withPostgres(db, (sql) =>
      sql.query(`update ${index.tables.chunk} set status = 'removing' where id = $1`, [points[5]!.id]),
    );
    const report = await run(index.project);
    expect(report).toMatchObject({ status: "attention", chunks: 19, missing: 3, stale: 1, orphaned: 2, unfinished: 1 });
    expect(report.advice).toContain("reconcile_index");
    expect(report.examples).toContainEqual({ kind: "orphaned", source: "gone", document: "g" });
    expect(report.examples).toHaveLength(6);
  });

  it("compares with sources that can be listed again, and reads them when told to", async () => {
    const index = await newIndex();
    const spec = { kind: "sitemap" as const, url: web.at("a.test", "/sitemap.xml") };
    const open = web.open();
    expect(await ingest(index, spec, { web: open })).toMatchObject({ status: "succeeded", ingested: 2 });
    const compare = (read: boolean) =>
      connected((ports) => check({ ...ports, web: open }, { project: index.project, index: "docs", read }));
    expect((await compare(true)).sources).toEqual([
      { source: "main", status: "ok", documents: 2, missing: 0, stale: 0, orphaned: 0 },
    ]);
    pages["/b"] = "<p>Better bees.";
    pages["/c"] = "<p>Cats.";
    delete pages["/a"];
    expect(await compare(false)).toMatchObject({
      status: "attention",
      missing: 0,
      sources: [{ status: "behind", documents: 2, missing: 1, stale: 0, orphaned: 1 }],
      advice: expect.stringContaining("Ingest"),
    });
    expect((await compare(true)).sources).toMatchObject([{ missing: 1, stale: 1, orphaned: 1 }]);
  });

  it("reports a source that cannot be read, and goes on", async () => {
    const index = await newIndex();
    await ingest(index, { kind: "urls", urls: [web.at("a.test", "/b")] }, { web: web.open() });
    await ingest(
      index,
      { kind: "sitemap", url: web.at("a.test", "/sitemap.xml") },
      { web: web.open(), source: "site" },
    );
    const report = await run(index.project); // the real web, where these hosts are not
    expect(report.sources).toEqual([
      expect.objectContaining({ source: "main", status: "ok" }),
      { source: "site", status: "unreadable", detail: expect.stringContaining("could not be found") },
    ]);
  });
});
