import { isObject } from "./payload.ts";
import { badFormat, type Fields, integer, object, unsupported } from "./refusal.ts";

const DENSE = ["size", "distance", "on_disk", "hnsw_config", "quantization_config", "datatype"];

export function checkedVectors(value: unknown): Fields {
  if (!isObject(value)) throw badFormat("vectors must be an object");
  if ("size" in value) return checkedDense(value);
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, checkedDense(one)]));
}

function checkedDense(value: unknown): Fields {
  const given = object(value, "VectorParams", DENSE);
  if (integer(given.size, "size", 0) < 1 || integer(given.size, "size", 0) > 65536)
    throw badFormat("vectors: value is invalid, must be between 1 and 65536");
  if (!["Cosine", "Dot", "Euclid", "Manhattan"].includes(String(given.distance)))
    throw badFormat("unknown variant of distance, expected one of Cosine, Euclid, Dot, Manhattan");
  if (given.datatype !== undefined && given.datatype !== "float32") throw unsupported("a datatype other than float32");
  if (given.quantization_config) quantization(given.quantization_config);
  return given;
}

/** A PATCH names the vector, "" for the unnamed one, and never its size or distance. */
export function patched(vectors: unknown, changes: unknown): Fields {
  const now = structuredClone(vectors) as Fields;
  const unnamed = "size" in now;
  for (const [name, change] of Object.entries(
    object(changes, "VectorsConfigDiff", unnamed ? [""] : Object.keys(now)),
  )) {
    const allowed = object(change, "VectorParamsDiff", ["on_disk", "hnsw_config", "quantization_config"]);
    if (unnamed) return { ...now, ...allowed };
    now[name] = { ...(now[name] as Fields), ...allowed };
  }
  return now;
}

export function checkedSparse(value: unknown): Fields {
  if (!isObject(value)) throw badFormat("sparse_vectors must be an object");
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => {
      const given = object(one, "SparseVectorParams", ["index", "modifier"]);
      if (given.index) object(given.index, "SparseIndexParams", ["on_disk", "full_scan_threshold"]);
      if (given.modifier && given.modifier !== "idf" && given.modifier !== "none")
        throw badFormat("unknown variant of modifier, expected one of none, idf");
      return [name, given];
    }),
  );
}

/** Kept and shown, as it changes only how much memory a search takes; scores here are always exact. */
export function quantization(value: unknown): Fields {
  const given = object(value, "QuantizationConfig", ["scalar", "product", "binary"]);
  if (Object.keys(given).length !== 1) throw badFormat("data did not match any variant of QuantizationConfig");
  if (given.scalar) object(given.scalar, "ScalarQuantizationConfig", ["type", "quantile", "always_ram"]);
  if (given.product) object(given.product, "ProductQuantizationConfig", ["compression", "always_ram"]);
  if (given.binary) object(given.binary, "BinaryQuantizationConfig", ["always_ram"]);
  return given;
}
