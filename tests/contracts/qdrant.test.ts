import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { uniqueProject } from "../support/database.ts";
import { contractQdrant, refusalOf } from "../support/qdrant.ts";

const qdrant = contractQdrant();

describe("collections", () => {
  it("are made once, described, listed and deleted", async () => {
    const name = qdrant.name();
    expect(await qdrant.client.collectionExists(name)).toEqual({ exists: false });
    const asked = {
      vectors: { dense: { size: 3, distance: "Dot", on_disk: true } },
      sparse_vectors: { words: { modifier: "idf" } },
      quantization_config: { scalar: { type: "int8", always_ram: true } },
      hnsw_config: { m: 0, payload_m: 16 },
      on_disk_payload: true,
    } as const;
    expect(await qdrant.client.createCollection(name, asked)).toBe(true);
    expect(await refusalOf(qdrant.client.createCollection(name, asked))).toMatchObject({ status: 409 });
    expect(await qdrant.client.collectionExists(name)).toEqual({ exists: true });
    const info = await qdrant.client.getCollection(name);
    expect(info).toMatchObject({ points_count: 0, payload_schema: {} });
    expect(info.config).toMatchObject({
      params: { vectors: asked.vectors, sparse_vectors: asked.sparse_vectors, on_disk_payload: true },
      quantization_config: asked.quantization_config,
      hnsw_config: { m: 0, payload_m: 16, ef_construct: 100 },
    });
    expect((await qdrant.client.getCollections()).collections).toContainEqual({ name });
    expect(await qdrant.client.deleteCollection(name)).toBe(true);
    expect(await refusalOf(qdrant.client.getCollection(name))).toMatchObject({
      status: 404,
      text: expect.stringContaining(`Collection \`${name}\` doesn't exist`),
    });
  });

  it("change what may change, and keep the rest", async () => {
    const name = await qdrant.collection();
    await qdrant.client.updateCollection(name, {
      hnsw_config: { ef_construct: 200 },
      vectors: { dense: { on_disk: true } },
      quantization_config: { scalar: { type: "int8" } },
    });
    const { config } = await qdrant.client.getCollection(name);
    expect(config.hnsw_config).toMatchObject({ m: 16, ef_construct: 200 });
    expect(config.params.vectors).toMatchObject({ dense: { size: 2, distance: "Cosine", on_disk: true } });
    expect(config.quantization_config).toMatchObject({ scalar: { type: "int8" } });
    await qdrant.client.updateCollection(name, { quantization_config: "Disabled" });
    expect((await qdrant.client.getCollection(name)).config.quantization_config ?? null).toBeNull();
  });

  it("have indexes on payload fields, of their kinds and for tenants", async () => {
    const name = await qdrant.collection();
    await qdrant.client.createPayloadIndex(name, { field_name: "n", field_schema: "integer", wait: true });
    const tenant = { type: "keyword", is_tenant: true } as const;
    await qdrant.client.createPayloadIndex(name, { field_name: "tenant", field_schema: tenant, wait: true });
    const { payload_schema } = await qdrant.client.getCollection(name);
    expect(payload_schema).toMatchObject({
      n: { data_type: "integer" },
      tenant: { data_type: "keyword", params: tenant },
    });
    await qdrant.client.deletePayloadIndex(name, "n", { wait: true });
    expect(Object.keys((await qdrant.client.getCollection(name)).payload_schema)).toEqual(["tenant"]);
  });
});

describe("refusals", () => {
  it.each<[string, (name: string) => Promise<unknown>, number, RegExp]>([
    ["an unknown collection", () => qdrant.client.query(uniqueProject(), { query: [1, 0] }), 404, /doesn't exist/],
    [
      "a vector of another size",
      (name) => qdrant.put(name, [{ id: 1, dense: [1, 2, 3] }]),
      400,
      /expected dim: 2, got 3/,
    ],
    [
      "an unknown vector",
      (name) => qdrant.client.query(name, { query: [1, 0], using: "other" }),
      400,
      /Not existing vector name/,
    ],
    ["an id that is none", (name) => qdrant.put(name, [{ id: "abc", dense: [1, 0] }]), 400, /not a valid point ID/],
  ])("%s is named", async (_, work, status, text) => {
    const name = await qdrant.collection();
    const refused = await refusalOf(work(name));
    expect(refused).toEqual({ status, text: expect.stringMatching(text) });
  });

  it("a key that is missing or wrong opens nothing", async () => {
    const name = await qdrant.collection();
    expect(await refusalOf(qdrant.connect("wrong").getCollection(name))).toMatchObject({ status: 401 });
    expect((await fetch(`${qdrant.url}/collections`)).status).toBe(401);
  });

  it("a token opens its own collections only, to read or to write", async () => {
    const [mine, other] = [await qdrant.collection(), await qdrant.collection()];
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const token = (access: string) => {
      const text = `${part({ alg: "HS256", typ: "JWT" })}.${part({ access: [{ collection: mine, access }] })}`;
      return `${text}.${createHmac("sha256", qdrant.key).update(text).digest("base64url")}`;
    };
    const [reader, writer] = [qdrant.connect(token("r")), qdrant.connect(token("rw"))];
    const points = [{ id: 1, vector: { dense: [1, 0] } }];
    expect(await writer.upsert(mine, { wait: true, points })).toMatchObject({ status: "completed" });
    expect(await reader.count(mine)).toEqual({ count: 1 });
    const forbidden = [
      () => reader.upsert(mine, { wait: true, points }),
      () => reader.count(other),
      () => writer.upsert(other, { wait: true, points }),
      () => writer.deleteCollection(mine),
      () => writer.createCollection(uniqueProject(), { vectors: { size: 2, distance: "Dot" } }),
    ];
    for (const call of forbidden) expect(await refusalOf(call())).toMatchObject({ status: 403 });
  });
});

describe("snapshots", () => {
  it("bring a collection back as it was, also under another name", async () => {
    const name = await qdrant.collection();
    await qdrant.put(name, [{ id: 1, dense: [1, 0], payload: { n: 1 } }]);
    const snapshot = await qdrant.client.createSnapshot(name);
    expect(snapshot).toMatchObject({ name: expect.stringContaining(name), size: expect.any(Number) });
    await qdrant.put(name, [{ id: 2, dense: [0, 1] }]);
    expect((await qdrant.client.listSnapshots(name)).map((one) => one.name)).toEqual([snapshot!.name]);

    const headers = { "api-key": qdrant.key };
    const path = `${qdrant.url}/collections/${name}/snapshots`;
    const bytes = await (await fetch(`${path}/${snapshot!.name}`, { headers })).blob();
    const copy = qdrant.name();
    for (const target of [name, copy]) {
      const form = new FormData();
      form.append("snapshot", bytes, snapshot!.name);
      const at = `${qdrant.url}/collections/${target}/snapshots/upload?priority=snapshot`;
      expect((await fetch(at, { method: "POST", headers, body: form })).status).toBe(200);
      expect(await qdrant.client.retrieve(target, { ids: [1, 2] })).toEqual([{ id: 1, payload: { n: 1 } }]);
    }
    await qdrant.client.deleteSnapshot(name, snapshot!.name);
    expect(await qdrant.client.listSnapshots(name)).toEqual([]);
  });
});
