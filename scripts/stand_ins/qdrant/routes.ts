import type { StandIn } from "../run.ts";
import { type Access, accessOf, demand, maySee, type Right } from "./access.ts";
import { bodyOf, ok, refuse } from "./answer.ts";
import type { Collection } from "./collection.ts";
import { createdConfig, updatedConfig } from "./config.ts";
import { createIndex, deleteIndex, payloadSchema } from "./indexes.ts";
import { pointId } from "./point.ts";
import { list, notFound, object, Refusal, unsupported } from "./refusal.ts";
import { count, retrieve, scroll, shown } from "./scroll.ts";
import { runQuery } from "./search.ts";
import { Snapshots } from "./snapshots.ts";
import type { Store } from "./store.ts";
import * as writes from "./writes.ts";

/** What the stand-in answers, by path and method. Each call is first asked whether its key or token allows it. */
export function routesOf(store: Store, apiKey: string): StandIn["routes"] {
  const snapshots = new Snapshots(store);
  type Call = { request: Bun.BunRequest<string>; name: string; access: Access; param: (name: string) => string };

  const call = (right: Right, work: (call: Call) => unknown) => async (request: Bun.BunRequest<string>) => {
    try {
      const access = accessOf(request, apiKey);
      const params = request.params as Record<string, string>;
      if (params.name) demand(access, right, params.name);
      refuseQuery(request);
      const answer = await work({ request, name: params.name ?? "", access, param: (name) => params[name] ?? "" });
      return answer instanceof Response ? answer : ok(answer);
    } catch (error) {
      if (error instanceof Refusal) return refuse(error.status, error.message);
      throw error;
    }
  };
  const read = (work: (collection: Collection, body: unknown, call: Call) => unknown) =>
    call("read", async (one) => work(store.get(one.name), await bodyOf(one.request), one));
  const write = (work: (collection: Collection, body: unknown, call: Call) => unknown) =>
    call("write", async (one) => {
      const collection = store.get(one.name);
      await work(collection, await bodyOf(one.request), one);
      return { operation_id: collection.operation, status: "completed" };
    });

  const routes: StandIn["routes"] = {
    "/": {
      GET: () => Response.json({ title: "qdrant - vector search engine (run8n's stand-in)", version: "1.18.0" }),
    },
    "/healthz": { GET: () => new Response("healthz check passed") },
    "/readyz": { GET: () => new Response("all shards are ready") },
    "/collections": {
      GET: call("read", ({ access }) => ({
        collections: store
          .names()
          .filter((name) => maySee(access, name))
          .map((name) => ({ name })),
      })),
    },
    "/collections/:name": {
      GET: read((collection) => ({
        status: "green",
        optimizer_status: "ok",
        indexed_vectors_count: 0,
        points_count: collection.points.size,
        segments_count: 1,
        config: collection.definition.config,
        payload_schema: payloadSchema(collection),
      })),
      PUT: call("manage", async ({ name, request }) => {
        store.create(name, { config: createdConfig(await bodyOf(request)), indexes: {} });
        return true;
      }),
      PATCH: call("manage", async ({ name, request }) => {
        const collection = store.get(name);
        const { config, indexes } = collection.definition;
        collection.redefine({ config: updatedConfig(config, await bodyOf(request)), indexes });
        return true;
      }),
      DELETE: call("manage", ({ name }) => store.drop(name)),
    },
    "/collections/:name/exists": { GET: call("read", ({ name }) => ({ exists: store.has(name) })) },
    "/collections/:name/index": { PUT: write(createIndex) },
    "/collections/:name/index/:field": { DELETE: write((one, _, { param }) => deleteIndex(one, param("field"))) },
    "/collections/:name/points": { POST: read(retrieve), PUT: write(writes.upsert) },
    "/collections/:name/points/:id": {
      GET: read((collection, _, { param }) => {
        const id = pointId(/^\d+$/.test(param("id")) ? Number(param("id")) : param("id"));
        const [point] = retrieve(collection, { ids: [id], with_vector: true });
        if (!point) throw notFound(`Point with id ${id} does not exists!`);
        return point;
      }),
    },
    "/collections/:name/points/delete": { POST: write(writes.deletePoints) },
    "/collections/:name/points/vectors": { PUT: write(writes.updateVectors) },
    "/collections/:name/points/payload": { POST: write(writes.setPayload), PUT: write(writes.overwritePayload) },
    "/collections/:name/points/payload/delete": { POST: write(writes.deletePayload) },
    "/collections/:name/points/payload/clear": { POST: write(writes.clearPayload) },
    "/collections/:name/points/batch": {
      POST: call("write", async ({ name, request }) => {
        const collection = store.get(name);
        const done = writes.batch(collection, await bodyOf(request));
        const status = "completed";
        return Array.from({ length: done }, (_, at) => ({
          operation_id: collection.operation - done + at + 1,
          status,
        }));
      }),
    },
    "/collections/:name/points/scroll": { POST: read(scroll) },
    "/collections/:name/points/count": { POST: read(count) },
    "/collections/:name/points/query": { POST: read((collection, body) => ({ points: query(collection, body) })) },
    "/collections/:name/points/query/batch": {
      POST: read((collection, body) => {
        const { searches } = object(body, "QueryRequestBatch", ["searches"]);
        return list(searches, "searches").map((one) => ({ points: query(collection, one) }));
      }),
    },
    "/collections/:name/snapshots": {
      GET: call("manage", ({ name }) => snapshots.list(name)),
      POST: call("manage", ({ name }) => snapshots.create(name)),
    },
    "/collections/:name/snapshots/:snapshot": {
      GET: call("manage", ({ name, param }) => new Response(snapshots.read(name, param("snapshot")))),
      DELETE: call("manage", ({ name, param }) => snapshots.delete(name, param("snapshot"))),
    },
    "/collections/:name/snapshots/recover": {
      PUT: call("manage", async ({ name, request }) => snapshots.recover(name, await bodyOf(request), fetch)),
    },
    "/collections/:name/snapshots/upload": {
      POST: call("manage", async ({ name, request }) => {
        const file = (await request.formData()).get("snapshot");
        if (!(file instanceof Blob)) throw new Refusal(400, "Wrong input: the form has no file named snapshot");
        const checksum = new URL(request.url).searchParams.get("checksum");
        return snapshots.restore(name, new Uint8Array(await file.arrayBuffer()), checksum);
      }),
    },
  };
  return routes;
}

function query(collection: Collection, body: unknown): unknown[] {
  const asked = body as { with_payload?: unknown; with_vector?: unknown };
  const show = shown(asked, false);
  return runQuery(collection, body).map(({ point, score }) => ({ ...show(point), version: point.version, score }));
}

/** Every write is done when it is answered, whatever `wait` and `ordering` say. */
function refuseQuery(request: Request): void {
  for (const name of new URL(request.url).searchParams.keys()) {
    if (!["wait", "ordering", "timeout", "priority", "checksum"].includes(name)) {
      throw unsupported(`the query parameter "${name}"`);
    }
  }
}
