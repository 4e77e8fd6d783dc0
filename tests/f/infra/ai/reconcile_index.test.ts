import { describe, expect, it } from "vitest";
import { main as checkIndex } from "../../../../f/infra/ai/check_index.ts";
import { main as reconcileIndex } from "../../../../f/infra/ai/reconcile_index.ts";
import { collectionFor } from "../../../../f/lib/ai/index_settings.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { shapeOf } from "../../../../f/lib/qdrant/shape.ts";
import { toCreate } from "../../../../f/lib/qdrant/wire.ts";
import { testAi } from "../../../support/ai_index.ts";

const { db, qdrant, ai, index: newIndex, ingest, held } = testAi();
const corpus = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`${at}.md`, `Text ${at}.`]));
const reconcile = (project: string) => reconcileIndex(project, "docs", qdrant.value, ai.openai.resource, db);
const check = (project: string) => checkIndex(project, "docs", false, qdrant.value, db);

describe("reconcile_index", () => {
  it("has nothing to do where nothing is wrong", async () => {
    const { project, ...index } = await newIndex();
    await ingest({ project, ...index }, corpus);
    expect(await reconcile(project)).toEqual({
      project,
      index: "docs",
      status: "unchanged",
      written: 0,
      deleted: 0,
      left: 0,
    });
  });

  it("mends whatever is wrong, from the ledger and the vectors that were paid for", async () => {
    const index = await newIndex();
    await ingest(index, corpus);
    const before = await held(index);
    const { points } = await qdrant.client.scroll(index.collection, { limit: 20, with_vector: true });
    await qdrant.client.delete(index.collection, { points: points.slice(0, 3).map(({ id }) => id) });
    await qdrant.client.setPayload(index.collection, {
      points: [points[4]!.id],
      payload: { text: "lies", state: "x" },
    });
    const vector = points[0]!.vector as Record<string, number[]>;
    await qdrant.client.upsert(index.collection, {
      points: [
        { id: 7, vector, payload: { source: "x", document: "y" } },
        { id: 8, vector },
      ],
    });
    await ai.openai.resetCalls();
    expect(await reconcile(index.project)).toMatchObject({ status: "updated", written: 4, deleted: 2, left: 0 });
    expect(await held(index)).toEqual(before);
    expect(await check(index.project)).toMatchObject({ status: "ok" });
    expect(await ai.openai.calls()).toMatchObject({ embeddings: 0 });
  });

  it("fills a collection that was lost, and embeds again only what was not kept", async () => {
    const index = await newIndex();
    await ingest(index, corpus);
    const before = await held(index);
    await qdrant.client.deleteCollection(index.collection);
    await qdrant.client.createCollection(index.collection, toCreate(shapeOf(collectionFor(index.settings))));
    await withPostgres(db, (sql) =>
      sql.query(
        `delete from ${index.tables.vector} where hash in (select hash from ${index.tables.vector} order by hash limit 5)`,
      ),
    );
    await ai.openai.resetCalls();
    expect(await reconcile(index.project)).toMatchObject({ status: "updated", written: 20, left: 0 });
    expect(await held(index)).toEqual(before);
    expect(await ai.openai.calls()).toMatchObject({ inputs: 5 });
    expect(await check(index.project)).toMatchObject({ status: "ok" });
  });

  it("ends what a killed ingestion has begun", async () => {
    const index = await newIndex();
    await ingest(index, corpus);
    const { points } = await qdrant.client.scroll(index.collection, { limit: 2 });
    await withPostgres(db, (sql) =>
      sql.query(
        `update ${index.tables.chunk} set status = case id when $1 then 'removing' else 'writing' end where id = any($2)`,
        [points[0]!.id, points.map(({ id }) => id)],
      ),
    );
    expect(await reconcile(index.project)).toMatchObject({ status: "updated", written: 1, deleted: 1, left: 0 });
    expect(await check(index.project)).toMatchObject({ status: "ok", chunks: 19, unfinished: 0 });
  });
});
