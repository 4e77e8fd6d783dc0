import { checkedSparse, checkedVectors, patched, quantization } from "./config_fields.ts";
import { badFormat, type Fields, object } from "./refusal.ts";

export type DenseParams = { size: number; distance: "Cosine" | "Dot" | "Euclid" | "Manhattan" };
/** What points need to know of their collection. */
export type Params = { dense: Map<string, DenseParams>; sparse: Map<string, { idf: boolean }> };

/** A collection's configuration as `GET /collections/{name}` shows it. */
export type Config = {
  params: Fields & { vectors?: unknown; sparse_vectors?: Fields };
  hnsw_config: Fields;
  optimizer_config: Fields;
  wal_config: Fields;
  quantization_config: Fields | null;
  metadata?: Fields;
};

const HNSW = { m: 16, ef_construct: 100, full_scan_threshold: 10000, max_indexing_threads: 0, on_disk: false };
const HNSW_FIELDS = [...Object.keys(HNSW), "payload_m"];
const OPTIMIZER = {
  deleted_threshold: 0.2,
  vacuum_min_vector_number: 1000,
  default_segment_number: 0,
  max_segment_size: null,
  memmap_threshold: null,
  indexing_threshold: 10000,
  flush_interval_sec: 5,
  max_optimization_threads: null,
};
const CREATE = [
  "vectors",
  "sparse_vectors",
  "on_disk_payload",
  "hnsw_config",
  "optimizers_config",
  "quantization_config",
];
const UPDATE = ["vectors", "sparse_vectors", "params", "hnsw_config", "optimizers_config", "quantization_config"];

/** The configuration that a `PUT /collections/{name}` asks for, defaults filled in. */
export function createdConfig(body: unknown): Config {
  const asked = object(body, "CreateCollection", [...CREATE, "metadata"]);
  const vectors = asked.vectors === undefined ? {} : checkedVectors(asked.vectors);
  const sparse = asked.sparse_vectors === undefined ? undefined : checkedSparse(asked.sparse_vectors);
  return {
    params: {
      vectors,
      shard_number: 1,
      replication_factor: 1,
      write_consistency_factor: 1,
      on_disk_payload: asked.on_disk_payload ?? true,
      ...(sparse ? { sparse_vectors: sparse } : {}),
    },
    hnsw_config: { ...HNSW, ...diff(asked.hnsw_config, "HnswConfigDiff", HNSW_FIELDS) },
    optimizer_config: {
      ...OPTIMIZER,
      ...diff(asked.optimizers_config, "OptimizersConfigDiff", Object.keys(OPTIMIZER)),
    },
    wal_config: { wal_capacity_mb: 32, wal_segments_ahead: 0 },
    quantization_config: asked.quantization_config === undefined ? null : quantization(asked.quantization_config),
    ...(asked.metadata ? { metadata: asked.metadata as Fields } : {}),
  };
}

/** What is left of it after a `PATCH`: sizes and distances never change. */
export function updatedConfig(config: Config, body: unknown): Config {
  const asked = object(body, "UpdateCollection", [...UPDATE, "metadata"]);
  const params = diff(asked.params, "CollectionParamsDiff", ["on_disk_payload"]);
  const vectors = asked.vectors === undefined ? config.params.vectors : patched(config.params.vectors, asked.vectors);
  const sparse = asked.sparse_vectors === undefined ? {} : checkedSparse(asked.sparse_vectors);
  return {
    ...config,
    params: { ...config.params, ...params, vectors, ...merged(config.params.sparse_vectors, sparse) },
    hnsw_config: { ...config.hnsw_config, ...diff(asked.hnsw_config, "HnswConfigDiff", HNSW_FIELDS) },
    optimizer_config: {
      ...config.optimizer_config,
      ...diff(asked.optimizers_config, "OptimizersConfigDiff", Object.keys(OPTIMIZER)),
    },
    quantization_config:
      asked.quantization_config === undefined
        ? config.quantization_config
        : asked.quantization_config === "Disabled"
          ? null
          : quantization(asked.quantization_config),
    ...(asked.metadata ? { metadata: { ...config.metadata, ...(asked.metadata as Fields) } } : {}),
  };
}

export function paramsOf({ params }: Config): Params {
  const vectors = params.vectors as Fields;
  const dense = "size" in vectors ? { "": vectors } : vectors;
  return {
    dense: new Map(Object.entries(dense) as [string, DenseParams][]),
    sparse: new Map(
      Object.entries(params.sparse_vectors ?? {}).map(([name, one]) => [
        name,
        { idf: (one as Fields).modifier === "idf" },
      ]),
    ),
  };
}

const diff = (value: unknown, what: string, known: readonly string[]): Fields =>
  value === undefined ? {} : object(value, what, known);

function merged(sparse: Fields | undefined, changes: Fields): { sparse_vectors?: Fields } {
  for (const name of Object.keys(changes)) {
    if (!sparse || !(name in sparse)) throw badFormat(`Not existing vector name error: ${name}`);
  }
  return sparse ? { sparse_vectors: { ...sparse, ...changes } } : {};
}
