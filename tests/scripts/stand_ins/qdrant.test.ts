import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { QdrantClient } from "@qdrant/js-client-rest";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { refusalOf, startQdrant } from "../../support/qdrant.ts";

let server: Awaited<ReturnType<typeof startQdrant>>;
let client: QdrantClient;
beforeAll(async () => {
  server = await startQdrant();
  client = new QdrantClient({ url: server.url, headers: { "api-key": "test-key" }, checkCompatibility: false });
});
afterAll(() => server?.remove());

describe("the Qdrant stand-in", () => {
  it("says what it is", async () => {
    expect(await client.versionInfo()).toMatchObject({ title: expect.stringContaining("stand-in") });
  });

  it("keeps all it was told over a restart and a crash, less a line that was cut short", async () => {
    await client.createCollection("kept", { vectors: { size: 2, distance: "Dot" }, sparse_vectors: { w: {} } });
    await client.createPayloadIndex("kept", { field_name: "n", field_schema: "integer" });
    const points = Array.from({ length: 50 }, (_, at) => ({
      id: at,
      vector: { "": [at, 0.1], w: { indices: [at], values: [0.1] } },
      payload: { n: at },
    }));
    await client.upsert("kept", { points });
    await client.delete("kept", { points: [3, 4] });
    const look = async () => [
      await client.getCollection("kept"),
      await client.scroll("kept", { limit: 100, with_vector: true }),
    ];
    const before = await look();
    await server.stop();
    await server.start();
    expect(await look()).toEqual(before);
    await server.kill();
    appendFileSync(join(server.dir, "data/collections/kept/points.jsonl"), '{"put":[99,1,{');
    await server.start();
    expect(await look()).toEqual(before);
    await client.upsert("kept", { points: points.slice(3, 4) });
    await server.kill();
    await server.start();
    expect(await client.count("kept", { exact: true })).toEqual({ count: 49 });
  });

  it("rewrites a file that is mostly past, and loses nothing by it", async () => {
    await client.createCollection("busy", { vectors: { size: 1, distance: "Dot" } });
    const points = Array.from({ length: 300 }, (_, at) => ({ id: at, vector: [at] }));
    for (let round = 0; round < 6; round++) await client.upsert("busy", { points });
    await server.stop();
    await server.start();
    expect(await client.count("busy", { exact: true })).toEqual({ count: 300 });
  });

  it.each<[what: string, call: () => Promise<unknown>, text: string]>([
    ["a call", () => client.facet("kept", { key: "n" }), "POST /collections/kept/facet"],
    ["a query", () => client.query("kept", { query: { sample: "random" } }), '"sample"'],
    [
      "a condition",
      () =>
        client.count("kept", {
          filter: { must: [{ key: "a", geo_radius: { center: { lat: 0, lon: 0 }, radius: 1 } }] },
        }),
      '"geo_radius"',
    ],
    [
      "a setting",
      () => client.createCollection("x", { vectors: { size: 2, distance: "Dot" }, shard_number: 2 }),
      '"shard_number"',
    ],
    [
      "a datatype",
      () => client.createCollection("x", { vectors: { size: 2, distance: "Dot", datatype: "uint8" } }),
      "datatype",
    ],
  ])("refuses %s that it does not know, by name", async (_, call, text) => {
    expect(await refusalOf(call())).toMatchObject({
      status: 501,
      text: expect.stringContaining(text.replaceAll('"', '\\"')),
    });
  });
});
