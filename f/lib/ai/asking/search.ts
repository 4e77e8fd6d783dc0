import type { Schemas } from "@qdrant/js-client-rest";
import type { Embed } from "../../openai/embed.ts";
import type { QdrantClient } from "../../qdrant/client.ts";
import { DENSE, type IndexSettings, SPARSE } from "../index_settings.ts";
import type { PointPayload } from "../points.ts";
import { sparseQuery } from "../sparse.ts";
import type { SearchFilter, SearchInput } from "./fields.ts";
import { type Highlight, highlightsOf } from "./highlights.ts";
import { rerankedBy } from "./rerank.ts";

export type FoundChunk = {
  /** Id of the chunk, the same as long as its content is. */
  id: string;
  source: string;
  document: string;
  title: string;
  /** The headings that it stands under. */
  path: string[];
  text: string;
  url?: string;
  page?: number;
  metadata?: Record<string, string | number | boolean>;
  /** How well it fits; comparable within one answer only. */
  score: number;
  highlights: Highlight[];
};

export type SearchPorts = { qdrant: QdrantClient; embed: Embed };
/** The collection, its settings, and whose chunks may be seen. */
export type Scope = { collection: string; settings: IndexSettings; tenants: readonly string[] };

/** So many are looked at, by meaning and by words each, to find the best few. */
const CANDIDATES = 50;
const RERANKED = 4;

/**
 * Finds the chunks that fit a query best: by meaning, by words, or by both with reciprocal rank fusion. The filter by
 * tenant is part of every stage; a caller's own filter can only narrow it. `minSimilarity` is of the dense vectors.
 */
export async function searchChunks(
  { qdrant, embed }: SearchPorts,
  scope: Scope,
  asked: Omit<SearchInput, "index">,
): Promise<FoundChunk[]> {
  const { query, limit = 10, rerank = false } = asked;
  const mode = scope.settings.hybrid ? (asked.mode ?? "hybrid") : "dense";
  const filter = filterFor(scope.tenants, asked.filter);
  const wanted = rerank ? Math.min(CANDIDATES, limit * RERANKED) : limit;
  const stages: Schemas["Prefetch"][] = [];
  if (mode !== "sparse") {
    const [vector] = await embed([{ text: query, tokens: Math.ceil(query.length / 3) }]);
    const stage = { query: Array.from(vector!), using: DENSE, filter, limit: Math.max(CANDIDATES, wanted) };
    stages.push(asked.minSimilarity === undefined ? stage : { ...stage, score_threshold: asked.minSimilarity });
  }
  const words = sparseQuery(query);
  if (mode !== "dense" && words.indices.length > 0) {
    stages.push({ query: words, using: SPARSE, filter, limit: Math.max(CANDIDATES, wanted) });
  }
  const [first, ...others] = stages;
  if (!first) return [];
  const request = others.length > 0 ? { prefetch: stages, query: { fusion: "rrf" as const }, filter } : first;
  const { points } = await qdrant.query(scope.collection, { ...request, limit: wanted, with_payload: true });
  const found = points.map((point) => foundChunk(point, query));
  return rerank ? rerankedBy(query, found).slice(0, limit) : found;
}

/** What must hold of every point that is answered. Whose it is comes first, and from us. */
export function filterFor(
  tenants: readonly string[],
  { source, document, metadata }: SearchFilter = {},
): Schemas["Filter"] {
  const any = (key: string, values: readonly (string | number | boolean)[]): Schemas["Condition"] =>
    values.every((value) => typeof value === "string")
      ? { key, match: { any: values as string[] } }
      : { should: values.map((value) => equal(key, value)) };
  return {
    must: [
      { key: "tenant", match: { any: [...tenants] } },
      ...(source ? [any("source", source)] : []),
      ...(document ? [any("document", document)] : []),
      ...Object.entries(metadata ?? {}).map(([key, values]) => any(`metadata.${key}`, values)),
    ],
  };
}

/** Qdrant compares texts, whole numbers and truths by value, other numbers by range. */
const equal = (key: string, value: string | number | boolean): Schemas["Condition"] =>
  typeof value === "number" && !Number.isInteger(value)
    ? { key, range: { gte: value, lte: value } }
    : { key, match: { value } };

function foundChunk({ id, score, payload }: Schemas["ScoredPoint"], query: string): FoundChunk {
  const { source, document, title, path, text, url, page, metadata } = payload as PointPayload;
  return {
    id: String(id),
    source,
    document,
    title,
    path,
    text,
    ...(url ? { url } : {}),
    ...(page === undefined ? {} : { page }),
    ...(metadata ? { metadata } : {}),
    score,
    highlights: highlightsOf(query, text),
  };
}
