import type { QdrantClient } from "@qdrant/js-client-rest";
import { beforeAll, describe, expect, it } from "vitest";
import { contractQdrant } from "../support/qdrant.ts";

const qdrant = contractQdrant();

describe("queries", () => {
  let name: string;
  beforeAll(async () => {
    name = await qdrant.collection();
    await qdrant.put(name, [
      { id: 1, dense: [1, 0], words: [1, 2], payload: { tenant: "a" } },
      { id: 2, dense: [0.8, 0.6], words: [3], payload: { tenant: "b" } },
      { id: 3, dense: [0, 1], words: [2], payload: { tenant: "a" } },
      { id: 4, dense: [-1, 0], payload: { tenant: "a" } },
    ]);
  });
  const found = async (query: Parameters<QdrantClient["query"]>[1]) =>
    (await qdrant.client.query(name, query)).points.map(({ id, score }) => [id, Number(score.toFixed(4))]);

  it("find what is nearest, best first, and only above a threshold", async () => {
    expect(await found({ query: [1, 0], using: "dense" })).toEqual([
      [1, 1],
      [2, 0.8],
      [3, 0],
      [4, -1],
    ]);
    expect(await found({ query: [1, 0], using: "dense", limit: 1, offset: 1 })).toEqual([[2, 0.8]]);
    expect(await found({ query: [1, 0], using: "dense", score_threshold: 0.5 })).toEqual([
      [1, 1],
      [2, 0.8],
    ]);
    const filter = { must: [{ key: "tenant", match: { value: "a" } }] };
    expect(await found({ query: [1, 0], using: "dense", filter, limit: 2 })).toEqual([
      [1, 1],
      [3, 0],
    ]);
    expect(await found({ query: 1, using: "dense", limit: 1 })).toEqual([[2, 0.8]]);
  });

  it("find by sparse vectors only what shares an index", async () => {
    expect(await found({ query: { indices: [2, 1], values: [1, 0.5] }, using: "words" })).toEqual([
      [1, 1.5],
      [3, 1],
    ]);
  });

  it("fuse several by reciprocal rank", async () => {
    const points = await found({
      prefetch: [
        { query: [0.8, 0.6], using: "dense", limit: 3 },
        { query: { indices: [2], values: [1] }, using: "words", limit: 3 },
      ],
      query: { fusion: "rrf" },
      limit: 2,
    });
    expect(points).toHaveLength(2);
    const scores = points.map(([, score]) => Number(score));
    expect(scores).toEqual([...scores].sort((one, other) => other - one));
    expect(points.map(([id]) => id)).toContain(1); // second in one, a first in the other
  });

  it("rank anew what another query has found", async () => {
    const prefetch = { query: { indices: [2], values: [1] }, using: "words", limit: 10 };
    expect(await found({ prefetch, query: [0, 1], using: "dense" })).toEqual([
      [3, 1],
      [1, 0],
    ]);
  });

  it("show payloads and vectors when asked, and run several at once", async () => {
    const [only] = (
      await qdrant.client.query(name, {
        query: [1, 0],
        using: "dense",
        limit: 1,
        with_payload: true,
        with_vector: ["dense"],
      })
    ).points;
    expect(only).toMatchObject({ id: 1, payload: { tenant: "a" }, vector: { dense: [1, 0] } });
    const searches = [
      { query: [1, 0], using: "dense", limit: 1 },
      { query: [-1, 0], using: "dense", limit: 1 },
    ];
    const both = await qdrant.client.queryBatch(name, { searches });
    expect(both.map(({ points }) => points[0]?.id)).toEqual([1, 4]);
    expect(both[0]?.points[0]?.payload ?? null).toBeNull();
  });

  it("weigh rare words more when the collection says so", async () => {
    const rare = qdrant.name();
    await qdrant.client.createCollection(rare, { vectors: {}, sparse_vectors: { words: { modifier: "idf" } } });
    await qdrant.put(rare, [
      { id: 1, words: [1] },
      { id: 2, words: [1] },
      { id: 3, words: [1] },
      { id: 4, words: [2] },
    ]);
    const { points } = await qdrant.client.query(rare, {
      query: { indices: [1, 2], values: [1, 1] },
      using: "words",
      limit: 1,
    });
    expect(points[0]?.id).toBe(4);
  });
});
