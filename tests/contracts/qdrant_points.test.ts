import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { contractQdrant } from "../support/qdrant.ts";

const qdrant = contractQdrant();

describe("points", () => {
  it("are written, read in one go or one by one, replaced as a whole and deleted", async () => {
    const name = await qdrant.collection();
    const id = randomUUID();
    const written = await qdrant.put(name, [
      { id: 7, dense: [3, 4], payload: { a: 1 } },
      { id, dense: [1, 0], words: [4, 2], payload: { b: [1, { c: null }], ü: "grüße 🦊" } },
    ]);
    expect(written).toMatchObject({ status: "completed" });
    const found = await qdrant.client.retrieve(name, { ids: [id, 7, 99], with_vector: true });
    expect(found).toHaveLength(2);
    const byId = new Map(found.map((one) => [one.id, one]));
    expect(byId.get(id)).toEqual({
      id,
      payload: { b: [1, { c: null }], ü: "grüße 🦊" },
      vector: { dense: [1, 0], words: { indices: [2, 4], values: [1, 1] } },
    });
    const [x = 0, y = 0] = (byId.get(7)!.vector as { dense: number[] }).dense;
    expect([x, y].map((one) => one.toFixed(5))).toEqual(["0.60000", "0.80000"]); // cosine keeps unit vectors
    await qdrant.put(name, [{ id: 7, dense: [0, 1], payload: { z: 1 } }]);
    expect(await qdrant.client.retrieve(name, { ids: [7] })).toEqual([{ id: 7, payload: { z: 1 } }]);
    await qdrant.client.delete(name, { wait: true, points: [7, 4711] });
    expect(await qdrant.client.count(name, { exact: true })).toEqual({ count: 1 });
    await qdrant.client.delete(name, { wait: true, filter: { must: [{ key: "b", match: { value: 1 } }] } });
    expect(await qdrant.client.count(name, { exact: true })).toEqual({ count: 0 });
  });

  it("have payloads that are set, replaced, cut and cleared by themselves", async () => {
    const name = await qdrant.collection();
    await qdrant.put(name, [
      { id: 1, dense: [1, 0], payload: { a: 1, b: { c: 1, d: 1 } } },
      { id: 2, dense: [1, 0], payload: { a: 2 } },
    ]);
    const payloads = async () => (await qdrant.client.retrieve(name, { ids: [1, 2] })).map(({ payload }) => payload);
    await qdrant.client.setPayload(name, { wait: true, payload: { x: true }, points: [1] });
    expect(await payloads()).toEqual([{ a: 1, b: { c: 1, d: 1 }, x: true }, { a: 2 }]);
    await qdrant.client.deletePayload(name, { wait: true, keys: ["b.c", "x"], points: [1] });
    expect(await payloads()).toEqual([{ a: 1, b: { d: 1 } }, { a: 2 }]);
    await qdrant.client.overwritePayload(name, {
      wait: true,
      payload: { only: 1 },
      filter: { must: [{ key: "a", match: { value: 2 } }] },
    });
    expect(await payloads()).toEqual([{ a: 1, b: { d: 1 } }, { only: 1 }]);
    await qdrant.client.clearPayload(name, { wait: true, points: [1] });
    expect(await payloads()).toEqual([{}, { only: 1 }]);
  });

  it("are changed in batches, in order", async () => {
    const name = await qdrant.collection();
    const results = await qdrant.client.batchUpdate(name, {
      wait: true,
      operations: [
        { upsert: { points: [{ id: 1, vector: { dense: [1, 0] }, payload: { n: 1 } }] } },
        { set_payload: { payload: { n: 2 }, points: [1] } },
        { upsert: { points: [{ id: 2, vector: { dense: [0, 1] } }] } },
        { delete: { points: [2] } },
      ],
    });
    expect(results.map(({ status }) => status)).toEqual(Array(4).fill("completed"));
    expect(await qdrant.client.retrieve(name, { ids: [1, 2] })).toEqual([{ id: 1, payload: { n: 2 } }]);
  });

  it("scroll through all, in the order of their ids, page by page", async () => {
    const name = await qdrant.collection();
    const uuids = [randomUUID(), randomUUID()].sort();
    await qdrant.put(
      name,
      [uuids[1]!, 10, 9, uuids[0]!, 2].map((id) => ({ id, dense: [1, 0], payload: { keep: id !== 9, secret: 1 } })),
    );
    const pages: unknown[] = [];
    let offset: number | string | undefined;
    do {
      const page = await qdrant.client.scroll(name, {
        limit: 2,
        offset,
        filter: { must: [{ key: "keep", match: { value: true } }] },
        with_payload: ["keep"],
      });
      pages.push(page.points);
      offset = (page.next_page_offset ?? undefined) as number | string | undefined;
    } while (offset !== undefined);
    const point = (id: number | string) => ({ id, payload: { keep: true } });
    expect(pages).toEqual([
      [point(2), point(10)],
      [point(uuids[0]!), point(uuids[1]!)],
    ]);
  });
});

describe("filters", () => {
  let name: string;
  beforeAll(async () => {
    name = await qdrant.collection();
    const at = "2026-01-02T03:04:05Z";
    await qdrant.put(name, [
      { id: 1, dense: [1, 0], payload: { kind: "a", n: 1, tags: ["x", "y"], text: "The quick fox", deep: { k: 1 } } },
      {
        id: 2,
        dense: [1, 0],
        payload: {
          kind: "b",
          n: 2.5,
          tags: [],
          at,
          parts: [
            { s: "l", q: 1 },
            { s: "m", q: 2 },
          ],
        },
      },
      { id: 3, dense: [1, 0], words: [1], payload: { kind: "c", n: -1, tags: null, ok: true } },
    ]);
  });

  it.each<[string, Record<string, unknown>, number[]]>([
    ["a value", { must: [{ key: "kind", match: { value: "a" } }] }, [1]],
    ["a truth", { must: [{ key: "ok", match: { value: true } }] }, [3]],
    ["an element of a list", { must: [{ key: "tags", match: { value: "y" } }] }, [1]],
    ["any of some", { must: [{ key: "kind", match: { any: ["a", "c"] } }] }, [1, 3]],
    ["none of some", { must: [{ key: "kind", match: { except: ["a", "c"] } }] }, [2]],
    ["a part of a text", { must: [{ key: "text", match: { text: "quick" } }] }, [1]],
    ["a range", { must: [{ key: "n", range: { gt: 1, lte: 2.5 } }] }, [2]],
    ["moments", { must: [{ key: "at", range: { gte: "2026-01-02T03:04:05Z", lt: "2027-01-01T00:00:00Z" } }] }, [2]],
    ["something deep", { must: [{ key: "deep.k", match: { value: 1 } }] }, [1]],
    ["every part of a list", { must: [{ key: "parts[].q", match: { value: 2 } }] }, [2]],
    [
      "one part that has both",
      {
        must: [
          {
            nested: {
              key: "parts",
              filter: {
                must: [
                  { key: "s", match: { value: "l" } },
                  { key: "q", match: { value: 2 } },
                ],
              },
            },
          },
        ],
      },
      [],
    ],
    ["how many values", { must: [{ key: "tags", values_count: { gte: 2 } }] }, [1]],
    ["emptiness", { must: [{ is_empty: { key: "tags" } }] }, [2, 3]],
    ["null", { must: [{ is_null: { key: "tags" } }] }, [3]],
    ["ids", { must: [{ has_id: [1, 3, 9] }] }, [1, 3]],
    ["a vector", { must: [{ has_vector: "words" }] }, [3]],
    [
      "one of several",
      {
        should: [
          { key: "kind", match: { value: "a" } },
          { key: "n", range: { lt: 0 } },
        ],
      },
      [1, 3],
    ],
    ["not", { must_not: [{ key: "kind", match: { value: "a" } }, { has_id: [2] }] }, [3]],
    ["a filter within", { must: [{ must_not: [{ has_id: [1] }] }, { key: "n", range: { gt: 0 } }] }, [2]],
    [
      "at least so many",
      { min_should: { min_count: 2, conditions: [{ has_id: [1, 2] }, { has_id: [2] }, { has_id: [3] }] } },
      [2],
    ],
  ])("find %s", async (_, filter, ids) => {
    const { points } = await qdrant.client.scroll(name, { filter, with_payload: false });
    expect(points.map(({ id }) => id)).toEqual(ids);
    expect(await qdrant.client.count(name, { filter, exact: true })).toEqual({ count: ids.length });
  });
});
