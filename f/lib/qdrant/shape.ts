import { InvalidInputError } from "../errors.ts";
import { describe } from "../names.ts";

export type Distance = "Cosine" | "Dot" | "Euclid" | "Manhattan";
export type IndexType = "keyword" | "integer" | "float" | "bool" | "datetime" | "uuid" | "text";
export type Quantization = "none" | "scalar" | "binary";

/** All of a collection that we decide on; what a caller asks for, and what is found, in one form. */
export type Shape = {
  vectors: Record<string, { size: number; distance: Distance; onDisk: boolean }>;
  sparse: Record<string, { idf: boolean }>;
  indexes: Record<string, { type: IndexType; isTenant: boolean }>;
  quantization: Quantization;
  onDiskPayload: boolean;
};

/** What a caller may ask for; everything but the vectors may be left out. */
export type Asked = {
  vectors: { name: string; size: number; distance?: Distance; onDisk?: boolean }[];
  sparse?: { name: string; idf?: boolean }[];
  indexes?: { field: string; type: IndexType; isTenant?: boolean }[];
  quantization?: Quantization;
  onDiskPayload?: boolean;
};

export const DISTANCES = ["Cosine", "Dot", "Euclid", "Manhattan"] as const satisfies readonly Distance[];
export const INDEX_TYPES = [
  "keyword",
  "integer",
  "float",
  "bool",
  "datetime",
  "uuid",
  "text",
] as const satisfies readonly IndexType[];
export const QUANTIZATIONS = ["none", "scalar", "binary"] as const satisfies readonly Quantization[];
export const VECTOR_NAME = /^[a-z][a-z0-9_]{0,39}$/;
export const FIELD = /^[a-zA-Z_][\w.[\]-]{0,99}$/;
export const MAX_SIZE = 65_536;

/** The shape that is asked for, defaults filled in. Throws InvalidInput for what Qdrant would not take. */
export function shapeOf(asked: Asked): Shape {
  const vectors = asked.vectors ?? [];
  const sparse = asked.sparse ?? [];
  if (vectors.length + sparse.length === 0) {
    throw refused("vectors", "A collection needs at least one vector", 'Pass [{ "name": "dense", "size": 1536 }].');
  }
  for (const { name, size, distance } of vectors) {
    matching("vectors", "The name of a vector", VECTOR_NAME, name);
    if (!Number.isInteger(size) || size < 1 || size > MAX_SIZE) {
      throw refused("vectors", `The size of a vector must be 1 to ${MAX_SIZE}`, "Pass the size that your model has.");
    }
    oneOf("vectors", "distance", DISTANCES, distance ?? "Cosine");
  }
  for (const { name } of sparse) matching("sparse", "The name of a sparse vector", VECTOR_NAME, name);
  unique(
    "vectors",
    [...vectors, ...sparse].map(({ name }) => name),
  );
  for (const { field, type, isTenant } of asked.indexes ?? []) {
    matching("indexes", "The field of an index", FIELD, field);
    oneOf("indexes", "type", INDEX_TYPES, type);
    if (isTenant && type !== "keyword" && type !== "uuid") {
      throw refused("indexes", "isTenant is for keyword and uuid indexes", "Leave it out for the other types.");
    }
  }
  unique(
    "indexes",
    (asked.indexes ?? []).map(({ field }) => field),
  );
  oneOf("quantization", "quantization", QUANTIZATIONS, asked.quantization ?? "none");
  return {
    vectors: Object.fromEntries(
      vectors.map(({ name, size, distance, onDisk }) => [
        name,
        { size, distance: distance ?? "Cosine", onDisk: onDisk ?? false },
      ]),
    ),
    sparse: Object.fromEntries(sparse.map(({ name, idf }) => [name, { idf: idf ?? false }])),
    indexes: Object.fromEntries(
      (asked.indexes ?? []).map(({ field, type, isTenant }) => [field, { type, isTenant: isTenant ?? false }]),
    ),
    quantization: asked.quantization ?? "none",
    onDiskPayload: asked.onDiskPayload ?? true,
  };
}

const refused = (argument: string, message: string, hint: string): InvalidInputError =>
  new InvalidInputError(message, { hint, details: { argument } });

function matching(argument: string, what: string, pattern: RegExp, value: unknown): void {
  if (typeof value === "string" && pattern.test(value)) return;
  throw refused(argument, `${what} must match ${pattern.source}; got ${describe(value)}`, "Choose another name.");
}

function oneOf(argument: string, what: string, known: readonly string[], value: string): void {
  if (known.includes(value)) return;
  throw refused(argument, `${what} must be one of ${known.join(", ")}; got ${describe(value)}`, "Pass one of these.");
}

function unique(argument: string, names: string[]): void {
  if (new Set(names).size === names.length) return;
  throw refused(argument, `${argument} has the same name twice`, "Name each once.");
}
