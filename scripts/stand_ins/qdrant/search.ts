import type { Collection } from "./collection.ts";
import { predicate } from "./filter.ts";
import { dbsf, rrf, type Scored } from "./fusion.ts";
import { isObject } from "./payload.ts";
import { type Point, pointId } from "./point.ts";
import { badFormat, type Fields, integer, notFound, object, unsupported, wrongInput } from "./refusal.ts";
import { orderedBy } from "./scroll.ts";
import { isDense, SCORES, type Sparse, sparseScore, type Vector, vectorOf } from "./vectors.ts";

const STAGE = ["prefetch", "query", "using", "filter", "params", "score_threshold", "limit"];
const PARAMS = ["hnsw_ef", "exact", "quantization", "indexed_only"];
const QUERIES = ["nearest", "fusion", "rrf", "order_by"];

/** The points that a query finds, best first. Stages that feed another one are run before it. */
export function runQuery(collection: Collection, body: unknown): Scored[] {
  const asked = object(body, "QueryRequest", [...STAGE, "offset", "with_payload", "with_vector"]);
  const offset = integer(asked.offset, "offset", 0);
  const limit = integer(asked.limit, "limit", 10, 1);
  const { with_payload, with_vector, offset: _, ...stage } = asked;
  return runStage(collection, { ...stage, limit: limit + offset }).slice(offset);
}

function runStage(collection: Collection, body: unknown): Scored[] {
  const asked = object(body, "Prefetch", STAGE);
  if (asked.params !== undefined) object(asked.params, "SearchParams", PARAMS);
  const holds = predicate(asked.filter, collection.textFields());
  const fed =
    asked.prefetch === undefined ? undefined : [asked.prefetch].flat().map((one) => runStage(collection, one));
  const pool = fed ? [...new Set(fed.flat().map(({ point }) => point))] : collection.points.values();
  const limit = integer(asked.limit, "limit", 10, 1);
  const threshold = asked.score_threshold as number | undefined;
  const found = scored(collection, asked, fed, pool, holds);
  const above =
    threshold === undefined ? found : found.filter((one) => passes(one.score, threshold, collection, asked));
  return above.slice(0, limit);
}

function scored(
  collection: Collection,
  { query, using }: Fields,
  fed: Scored[][] | undefined,
  pool: Iterable<Point>,
  holds: (point: Point) => boolean,
): Scored[] {
  const wanted = isObject(query) && !("indices" in query) ? object(query, "Query", QUERIES) : { nearest: query };
  if (wanted.fusion !== undefined || wanted.rrf !== undefined) {
    if (!fed) throw wrongInput("fusion needs at least one prefetch");
    const lists = fed.map((one) => one.filter(({ point }) => holds(point)));
    if (wanted.rrf !== undefined) return rrf(lists, integer(object(wanted.rrf, "Rrf", ["k"]).k, "k", 2, 1));
    if (wanted.fusion === "rrf") return rrf(lists);
    if (wanted.fusion === "dbsf") return dbsf(lists);
    throw badFormat("unknown variant of fusion, expected one of rrf, dbsf");
  }
  const matching = [...pool].filter(holds);
  if (wanted.order_by !== undefined)
    return orderedBy(matching, wanted.order_by, collection).map((point) => ({ point, score: 0 }));
  if (wanted.nearest === undefined) return matching.map((point) => ({ point, score: 0 }));
  return nearest(collection, wanted.nearest, String(using ?? ""), matching);
}

function nearest(collection: Collection, target: unknown, name: string, pool: Point[]): Scored[] {
  const { vector, itself } = targetOf(collection, target, name);
  const score = isDense(vector) ? denseScorer(collection, vector, name) : sparseScorer(collection, vector, name);
  const found: Scored[] = [];
  for (const point of pool) {
    const value = point === itself ? undefined : score(point.vectors.get(name));
    if (value !== undefined) found.push({ point, score: value });
  }
  const direction = smallerIsNearer(collection, name) ? 1 : -1;
  return found.sort((one, other) => direction * (one.score - other.score));
}

/** A vector, or the id of a point whose vector it is; that point is then not among what is found. */
function targetOf(collection: Collection, target: unknown, name: string): { vector: Vector; itself?: Point } {
  if (typeof target !== "number" && typeof target !== "string") {
    if (Array.isArray(target) && Array.isArray(target[0])) throw unsupported("multivectors");
    return { vector: vectorOf(target, name, collection.params) };
  }
  const itself = collection.points.get(pointId(target));
  const vector = itself?.vectors.get(name);
  if (!itself || !vector) throw notFound(`No point with id ${target} found`);
  return { vector, itself };
}

function denseScorer(collection: Collection, target: Float32Array, name: string) {
  const measure = SCORES[collection.params.dense.get(name)!.distance];
  return (vector: Vector | undefined) => (isDense(vector) ? measure(target, vector) : undefined);
}

function sparseScorer(collection: Collection, target: Sparse, name: string) {
  const weights = collection.params.sparse.get(name)?.idf ? rarity(collection, target, name) : undefined;
  const weigh = (index: number) => weights?.get(index) ?? 1;
  return (vector: Vector | undefined) =>
    vector === undefined || isDense(vector) ? undefined : sparseScore(target, vector, weigh);
}

/** How much an index says, by how few points of the collection have it. */
function rarity(collection: Collection, target: Sparse, name: string): Map<number, number> {
  const counts = new Map(target.indices.map((index) => [index, 0]));
  for (const { vectors } of collection.points.values()) {
    const vector = vectors.get(name);
    if (!vector || isDense(vector)) continue;
    for (const index of vector.indices) if (counts.has(index)) counts.set(index, counts.get(index)! + 1);
  }
  const total = collection.points.size;
  return new Map([...counts].map(([index, n]) => [index, Math.log((total - n + 0.5) / (n + 0.5) + 1)]));
}

const smallerIsNearer = (collection: Collection, name: string): boolean =>
  ["Euclid", "Manhattan"].includes(collection.params.dense.get(name)?.distance ?? "");

/** A fused score is compared upward, whatever the vectors of its stages are. */
function passes(score: number, threshold: number, collection: Collection, { query, using }: Fields): boolean {
  const fused = isObject(query) && ("fusion" in query || "rrf" in query);
  return !fused && smallerIsNearer(collection, String(using ?? "")) ? score <= threshold : score >= threshold;
}
