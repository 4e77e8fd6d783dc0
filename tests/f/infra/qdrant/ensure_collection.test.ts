import { describe, expect, it } from "vitest";
import { main as ensureCollection } from "../../../../f/infra/qdrant/ensure_collection.ts";
import { withPostgres } from "../../../../f/lib/postgres/connect.ts";
import { testDatabase, uniqueProject } from "../../../support/database.ts";
import { testQdrant } from "../../../support/qdrant.ts";

const db = testDatabase();
const qdrant = testQdrant();

type Vectors = Parameters<typeof ensureCollection>[2];
type Options = Partial<{
  sparse: Parameters<typeof ensureCollection>[3];
  indexes: Parameters<typeof ensureCollection>[4];
  quantization: "none" | "scalar" | "binary";
  onDiskPayload: boolean;
  plan: string;
}>;
const DENSE: Vectors = [{ name: "dense", size: 2 }];
const ensure = (
  project: string,
  vectors: Vectors,
  { sparse, indexes, quantization, onDiskPayload, plan }: Options = {},
) => ensureCollection(project, "docs", vectors, sparse, indexes, quantization, onDiskPayload, plan, qdrant.value, db);
const fill = (name: string, count: number) =>
  qdrant.client.upsert(name, {
    points: Array.from({ length: count }, (_, id) => ({ id, vector: { dense: [id, 1] }, payload: { id } })),
  });

describe("ensure_collection", () => {
  it("makes a collection as asked, and leaves it alone the next time", async () => {
    const project = `my-${uniqueProject()}`;
    const options = {
      sparse: [{ name: "words", idf: true }],
      indexes: [
        { field: "tenant", type: "keyword", isTenant: true },
        { field: "at", type: "datetime" },
      ],
      quantization: "scalar",
    } as const;
    const asked = { ...options, sparse: [...options.sparse], indexes: [...options.indexes] };
    const first = await ensure(project, DENSE, asked);
    const name = `${project.replace("-", "_")}__docs`;
    expect(first).toEqual({ project, collection: "docs", name, status: "created", changes: [] });
    const { config, payload_schema } = await qdrant.client.getCollection(name);
    expect(config.params).toMatchObject({
      vectors: { dense: { size: 2, distance: "Cosine" } },
      sparse_vectors: { words: { modifier: "idf" } },
    });
    expect(config.hnsw_config).toMatchObject({ m: 0, payload_m: 16 }); // one graph per tenant
    expect(payload_schema).toMatchObject({
      tenant: { data_type: "keyword", params: { is_tenant: true } },
      at: { data_type: "datetime" },
    });
    expect(await ensure(project, DENSE, asked)).toEqual({ ...first, status: "unchanged" });
  });

  it("changes in place what can be, and keeps points and what others have indexed", async () => {
    const project = uniqueProject();
    const { name } = await ensure(project, DENSE, { indexes: [{ field: "n", type: "integer" }] });
    await fill(name, 3);
    await qdrant.client.createPayloadIndex(name, { field_name: "mine", field_schema: "keyword" });
    const changed = await ensure(project, [{ name: "dense", size: 2, onDisk: true }], {
      indexes: [{ field: "n", type: "float" }],
      quantization: "binary",
      onDiskPayload: false,
    });
    expect(changed).toMatchObject({
      status: "updated",
      changes: ["vector dense to disk", "quantization from none to binary", "payload from disk", "index on n"],
    });
    const { payload_schema, points_count } = await qdrant.client.getCollection(name);
    expect(payload_schema).toMatchObject({ n: { data_type: "float" }, mine: { data_type: "keyword" } });
    expect(points_count).toBe(3);
  });

  it("only plans what would lose every point, and does exactly the plan that comes back, after a backup", async () => {
    const project = uniqueProject();
    const { name } = await ensure(project, DENSE);
    await fill(name, 5);
    const wider: Vectors = [{ name: "dense", size: 3, distance: "Dot" }];
    const planned = await ensure(project, wider, { sparse: [{ name: "words" }] });
    expect(planned).toMatchObject({
      status: "planned",
      changes: ["vector dense from 2 Cosine to 3 Dot", "sparse vector words is new"],
      plan: { hash: expect.stringMatching(/^[0-9a-f]{16}$/), points: 5 },
    });
    expect(await qdrant.client.count(name)).toEqual({ count: 5 });
    const plan = planned.plan!.hash;
    await expect(ensure(project, wider, { plan })).rejects.toMatchObject({ code: "precondition_failed" });
    expect(await qdrant.client.count(name)).toEqual({ count: 5 });
    const done = await ensure(project, wider, { sparse: [{ name: "words" }], plan });
    expect(done).toMatchObject({ status: "updated", changes: planned.changes, backup: { points: 5 } });
    expect((await qdrant.client.getCollection(name)).config.params.vectors).toMatchObject({ dense: { size: 3 } });
    expect(await ensure(project, wider, { sparse: [{ name: "words" }], plan })).toMatchObject({ status: "unchanged" });
  });

  it("lets two callers at once make one collection", async () => {
    const project = uniqueProject();
    const both = await Promise.all([ensure(project, DENSE), ensure(project, DENSE)]);
    expect(both.map(({ status }) => status).sort()).toEqual(["created", "unchanged"]);
    const { rows } = await withPostgres(db, (sql) =>
      sql.query("select status from run8n.operation where project = $1", [project]),
    );
    expect(rows).toEqual([{ status: "succeeded" }, { status: "succeeded" }]);
  });

  it("makes the indexes that a killed caller did not get to", async () => {
    const project = uniqueProject();
    await qdrant.client.createCollection(`${project}__docs`, {
      vectors: { dense: { size: 2, distance: "Cosine", on_disk: false } },
      sparse_vectors: {},
      on_disk_payload: true,
    });
    const indexes = [{ field: "n", type: "integer" as const }];
    expect(await ensure(project, DENSE, { indexes })).toMatchObject({ status: "updated", changes: ["index on n"] });
    expect(await ensure(project, DENSE, { indexes })).toMatchObject({ status: "unchanged" });
  });

  it.each<[string, unknown[]]>([
    ["no vector", ["docs", []]],
    ["a vector without a size", ["docs", [{ name: "dense" }]]],
    ["a size beyond the limit", ["docs", [{ name: "dense", size: 65_537 }]]],
    ["an unknown distance", ["docs", [{ name: "dense", size: 2, distance: "Far" }]]],
    [
      "the same vector twice",
      [
        "docs",
        [
          { name: "a", size: 2 },
          { name: "a", size: 3 },
        ],
      ],
    ],
    ["a dense and a sparse vector of one name", ["docs", [{ name: "a", size: 2 }], [{ name: "a" }]]],
    ["an index of no kind", ["docs", DENSE, [], [{ field: "a", type: "geo" }]]],
    ["a tenant by number", ["docs", DENSE, [], [{ field: "a", type: "integer", isTenant: true }]]],
    ["a field that is an injection", ["docs", DENSE, [], [{ field: "a/../b", type: "keyword" }]]],
    ["a collection with two underscores", ["a__b", DENSE]],
    ["a collection with a slash", ["a/b", DENSE]],
    ["a secret as its name", ["Hunter2!", DENSE]],
  ])("refuses %s and makes nothing", async (_, [collection, vectors, sparse = [], indexes = []]) => {
    const project = uniqueProject();
    const call = ensureCollection(
      project,
      collection as string,
      vectors as Vectors,
      sparse as [],
      indexes as [],
      undefined,
      undefined,
      undefined,
      qdrant.value,
      db,
    );
    const error = await call.catch((one) => one);
    expect(error).toMatchObject({ code: "invalid_input", hint: expect.stringMatching(/\.$/) });
    expect(error.message).not.toContain("Hunter2");
    const { collections } = await qdrant.client.getCollections();
    expect(collections.filter(({ name }) => name.startsWith(project))).toEqual([]);
  });

  it("says that Qdrant is away or refuses the key, without the key", async () => {
    const call = (value: object) =>
      ensureCollection(
        uniqueProject(),
        "docs",
        DENSE,
        [],
        [],
        "none",
        true,
        "",
        value as typeof qdrant.value,
        db,
      ).catch((error) => error);
    const away = await call({ url: "http://127.0.0.1:1", api_key: "hunter2" });
    expect(away).toMatchObject({ code: "upstream_unreachable", retryable: true });
    const refused = await call({ url: qdrant.value.url, api_key: "hunter2" });
    expect(refused).toMatchObject({ code: "upstream_failed", retryable: false, details: { status: 401 } });
    expect(JSON.stringify([away, refused])).not.toContain("hunter2");
  });
});
