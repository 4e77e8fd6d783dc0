import type { Schemas } from "@qdrant/js-client-rest";
import { UpstreamError } from "../errors.ts";
import { atOnce } from "../openai/embed.ts";
import type { QdrantClient } from "../qdrant/client.ts";
import type { ChunkPayload, ChunkPoint } from "./chunk_points.ts";
import type { Index } from "./index_record.ts";
import { DENSE, SPARSE } from "./index_settings.ts";
import { sparseOf } from "./sparse.ts";

/** A UUID for a chunk; a number for what somebody else has put there. */
export type PointId = string | number;

const PORTION = 256;
const AT_ONCE = 4;

/** What a chunk's point has in its payload beside the chunk's own: what it takes to tell whether it is as it must be. */
export type PointPayload = ChunkPayload & { state: string; generation: number };

const portions = <T>(items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / PORTION) }, (_, at) => items.slice(at * PORTION, (at + 1) * PORTION));

/** Writes points, new ones and over old ones, and answers when they are there. */
export async function writePoints(
  qdrant: QdrantClient,
  index: Index,
  chunks: readonly ChunkPoint[],
  vectors: Map<string, Float32Array>,
  generationOf: (payload: ChunkPayload) => number,
): Promise<void> {
  await atOnce(AT_ONCE, portions(chunks), async (portion) => {
    const points = portion.map(({ id, hash, state, payload }): Schemas["PointStruct"] => ({
      id,
      vector: {
        [DENSE]: shortened(vectors.get(hash)!),
        ...(index.settings.hybrid ? { [SPARSE]: sparseOf(`${payload.path.join(" ")} ${payload.text}`) } : {}),
      },
      payload: { ...payload, state, generation: generationOf(payload) },
    }));
    await qdrant.upsert(index.collection, { points, wait: true });
  });
}

/** Eight decimals are all that 32 bits hold of a number below 1, and half as long as what JSON would make of them. */
function shortened(vector: Float32Array): number[] {
  const numbers = new Array<number>(vector.length);
  for (let at = 0; at < vector.length; at++) numbers[at] = Math.round(vector[at]! * 1e8) / 1e8;
  return numbers;
}

export async function deletePoints(qdrant: QdrantClient, index: Index, ids: readonly PointId[]): Promise<void> {
  await atOnce(AT_ONCE, portions(ids), (points) => qdrant.delete(index.collection, { points, wait: true }));
}

/** Reads back what was written and deleted. Throws Upstream when Qdrant does not hold exactly that. */
export async function verifyPoints(
  qdrant: QdrantClient,
  index: Index,
  { written, deleted }: { written: readonly ChunkPoint[]; deleted: readonly PointId[] },
): Promise<void> {
  const states = await statesOf(qdrant, index, [...written.map(({ id }) => id), ...deleted]);
  const wrong = written.filter(({ id, state }) => states.get(id) !== state).length;
  const left = deleted.filter((id) => states.has(id)).length;
  if (wrong + left === 0) return;
  throw new UpstreamError(`Qdrant does not hold what it was told: ${wrong} points are wrong, ${left} still there`, {
    hint: "Run the same call again; if it stays so, look at Qdrant's log.",
    retryable: true,
    details: { wrong, left },
  });
}

/** The state that stands with each of these points; points that are not there are not in the answer. */
export async function statesOf(
  qdrant: QdrantClient,
  index: Index,
  ids: readonly PointId[],
): Promise<Map<PointId, string>> {
  const found = await atOnce(AT_ONCE, portions(ids), (portion) =>
    qdrant.retrieve(index.collection, { ids: portion, with_payload: ["state"], with_vector: false }),
  );
  return new Map(found.flat().map(({ id, payload }) => [id, String(payload?.state)]));
}
