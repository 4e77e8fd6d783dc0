import type { Schemas } from "@qdrant/js-client-rest";
import type { Distance, IndexType, Quantization, Shape } from "./shape.ts";

const QUANTIZED: Record<Quantization, Schemas["QuantizationConfig"] | null> = {
  none: null,
  scalar: { scalar: { type: "int8", always_ram: true } },
  binary: { binary: { always_ram: true } },
};

/** What creates a collection of this shape; indexes are made one by one afterwards. */
export const toCreate = (shape: Shape) => ({
  vectors: Object.fromEntries(
    Object.entries(shape.vectors).map(([name, { size, distance, onDisk }]) => [
      name,
      { size, distance, on_disk: onDisk },
    ]),
  ),
  sparse_vectors: sparseVectors(shape.sparse),
  quantization_config: QUANTIZED[shape.quantization],
  on_disk_payload: shape.onDiskPayload,
  ...perTenant(shape),
});

/** What brings an existing collection to this shape as far as Qdrant changes it in place. */
export const toUpdate = (shape: Shape) => ({
  vectors: Object.fromEntries(Object.entries(shape.vectors).map(([name, { onDisk }]) => [name, { on_disk: onDisk }])),
  sparse_vectors: sparseVectors(shape.sparse),
  quantization_config: QUANTIZED[shape.quantization] ?? ("Disabled" as const),
  params: { on_disk_payload: shape.onDiskPayload },
  ...perTenant(shape),
});

const sparseVectors = (sparse: Shape["sparse"]) =>
  Object.fromEntries(
    Object.entries(sparse).map(([name, { idf }]) => [name, { modifier: idf ? ("idf" as const) : ("none" as const) }]),
  );

/** With a tenant field, one graph per tenant and none over all: every search is within one tenant. */
const perTenant = ({ indexes }: Shape) => ({
  hnsw_config: Object.values(indexes).some(({ isTenant }) => isTenant) ? { m: 0, payload_m: 16 } : { m: 16 },
});

export const toIndex = ({ type, isTenant }: Shape["indexes"][string]) =>
  (isTenant ? { type, is_tenant: true } : type) as NonNullable<Schemas["CreateFieldIndex"]["field_schema"]>;

/** A collection as Qdrant describes it, in the same form as what is asked for. */
export function shapeFrom({ config, payload_schema }: Schemas["CollectionInfo"]): Shape {
  const vectors = (config.params.vectors ?? {}) as Record<string, Schemas["VectorParams"]> | Schemas["VectorParams"];
  const named = "size" in vectors ? { "": vectors as Schemas["VectorParams"] } : vectors;
  return {
    vectors: Object.fromEntries(
      Object.entries(named).map(([name, { size, distance, on_disk }]) => [
        name,
        { size, distance: distance as Distance, onDisk: on_disk ?? false },
      ]),
    ),
    sparse: Object.fromEntries(
      Object.entries(config.params.sparse_vectors ?? {}).map(([name, one]) => [name, { idf: one?.modifier === "idf" }]),
    ),
    indexes: Object.fromEntries(
      Object.entries(payload_schema).map(([field, one]) => [
        field,
        {
          type: one?.data_type as IndexType,
          isTenant: (one?.params as { is_tenant?: boolean } | undefined)?.is_tenant ?? false,
        },
      ]),
    ),
    quantization: quantizationOf(config.quantization_config),
    onDiskPayload: config.params.on_disk_payload ?? true,
  };
}

function quantizationOf(config: unknown): Quantization {
  if (typeof config !== "object" || config === null) return "none";
  return "binary" in config ? "binary" : "scalar" in config ? "scalar" : "none";
}
