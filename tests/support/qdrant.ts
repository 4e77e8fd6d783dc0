import { QdrantClient } from "@qdrant/js-client-rest";
import { afterAll, beforeAll } from "vitest";
import type { QdrantValue } from "../../f/lib/resources.ts";
import { uniqueProject } from "./database.ts";
import { startStandIn } from "./stand_in.ts";

/** The stand-in with a key of its own; see `startStandIn` for what can be done to it. */
export const startQdrant = (key = "test-key") =>
  startStandIn({ service: "qdrant", healthPath: "/healthz", env: { RUN8N_QDRANT_KEY: key } });

type NewPoint = { id: number | string; dense?: number[]; words?: number[]; payload?: object };

/**
 * A Qdrant for a contract test: the stand-in, or a real one when QDRANT_URL (and QDRANT_API_KEY, with service.jwt_rbac
 * on) say where it is. What the tests make is deleted afterwards.
 */
export function contractQdrant() {
  const real = process.env.QDRANT_URL;
  const key = process.env.QDRANT_API_KEY ?? "contract-key";
  const made: string[] = [];
  let server: Awaited<ReturnType<typeof startQdrant>> | undefined;
  const qdrant = {
    key,
    url: real ?? "",
    client: undefined as unknown as QdrantClient,
    connect: (credential: string) =>
      new QdrantClient({ url: qdrant.url, headers: { "api-key": credential }, checkCompatibility: false }),
    /** A name that is free, and will be again. */
    name() {
      const name = uniqueProject("contract-");
      made.push(name);
      return name;
    },
    /** A collection with a dense vector of two numbers and a sparse one. */
    async collection() {
      const name = qdrant.name();
      await qdrant.client.createCollection(name, {
        vectors: { dense: { size: 2, distance: "Cosine" } },
        sparse_vectors: { words: {} },
      });
      return name;
    },
    /** Writes points; a word is an index of the sparse vector, with the value 1. */
    put: (name: string, points: NewPoint[]) =>
      qdrant.client.upsert(name, {
        wait: true,
        points: points.map(({ id, dense, words, payload = {} }) => ({
          id,
          vector: {
            ...(dense ? { dense } : {}),
            ...(words ? { words: { indices: words, values: words.map(() => 1) } } : {}),
          },
          payload: payload as Record<string, unknown>,
        })),
      }),
  };
  beforeAll(async () => {
    if (!real) {
      server = await startQdrant(key);
      qdrant.url = server.url;
    }
    qdrant.client = qdrant.connect(key);
  });
  afterAll(async () => {
    for (const name of made) await qdrant.client.deleteCollection(name);
    await server?.remove();
  });
  return qdrant;
}

/** How a call was refused: status and body, or 200 when it was not. */
export const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => ({ status: 200, text: "" }),
    (error: { status?: number; data?: unknown }) => ({
      status: error.status,
      text: JSON.stringify(error.data ?? null),
    }),
  );

/** A Qdrant of the test file's own, as scripts are given it, with a client to look behind them. */
export function testQdrant() {
  const qdrant = {} as { value: QdrantValue; client: QdrantClient; server: Awaited<ReturnType<typeof startQdrant>> };
  beforeAll(async () => {
    qdrant.server = await startQdrant();
    qdrant.value = { url: qdrant.server.url, api_key: "test-key" };
    qdrant.client = new QdrantClient({
      url: qdrant.value.url,
      headers: { "api-key": "test-key" },
      checkCompatibility: false,
    });
  });
  afterAll(() => qdrant.server?.remove());
  return qdrant;
}
