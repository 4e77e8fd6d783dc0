import type { DenseParams, Params } from "./config.ts";
import { isObject } from "./payload.ts";
import { badFormat, list, object, wrongInput } from "./refusal.ts";

/** Indices ascend, each with its value. */
export type Sparse = { indices: number[]; values: number[] };
export type Vector = Float32Array | Sparse;

export const isDense = (vector: Vector | undefined): vector is Float32Array => vector instanceof Float32Array;

/** The vectors of one point as a caller sends them: a list of numbers, or an object by name. */
export function vectorsOf(value: unknown, params: Params): Map<string, Vector> {
  if (Array.isArray(value)) return new Map([["", vectorOf(value, "", params)]]);
  if (!isObject(value)) throw badFormat("vector must be a list of numbers or an object by name");
  return new Map(Object.entries(value).map(([name, one]) => [name, vectorOf(one, name, params)]));
}

/** One vector, of the kind and size that the collection has under that name. */
export function vectorOf(value: unknown, name: string, params: Params): Vector {
  const dense = params.dense.get(name);
  if (dense) return denseOf(value, dense);
  if (!params.sparse.has(name)) throw wrongInput(`Not existing vector name error: ${name}`);
  return sparseOf(value);
}

function denseOf(value: unknown, { size, distance }: DenseParams): Float32Array {
  const numbers = list(value, "vector");
  if (numbers.length !== size) throw wrongInput(`Vector dimension error: expected dim: ${size}, got ${numbers.length}`);
  if (!numbers.every((one) => typeof one === "number" && Number.isFinite(one)))
    throw badFormat("vector must be a list of numbers");
  const vector = Float32Array.from(numbers as number[]);
  const length = distance === "Cosine" ? Math.sqrt(dot(vector, vector)) : 0;
  return length > 0 ? vector.map((one) => one / length) : vector;
}

function sparseOf(value: unknown): Sparse {
  const given = object(value, "SparseVector", ["indices", "values"]);
  const indices = list(given.indices, "indices") as number[];
  const values = list(given.values, "values") as number[];
  if (indices.length !== values.length) throw wrongInput("must be the same length as indices");
  if (new Set(indices).size !== indices.length) throw wrongInput("indices must be unique");
  const order = indices.map((_, at) => at).sort((one, other) => indices[one]! - indices[other]!);
  return { indices: order.map((at) => indices[at]!), values: order.map((at) => values[at]!) };
}

export function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += one[at]! * other[at]!;
  return sum;
}

export const SCORES: Record<DenseParams["distance"], (one: Float32Array, other: Float32Array) => number> = {
  Cosine: dot,
  Dot: dot,
  Euclid: (one, other) => Math.sqrt(one.reduce((sum, value, at) => sum + (value - other[at]!) ** 2, 0)),
  Manhattan: (one, other) => one.reduce((sum, value, at) => sum + Math.abs(value - other[at]!), 0),
};

/** The product of two sparse vectors; nothing when they share no index. `weigh` is what an index counts for. */
export function sparseScore(one: Sparse, other: Sparse, weigh: (index: number) => number): number | undefined {
  let sum: number | undefined;
  for (let a = 0, b = 0; a < one.indices.length && b < other.indices.length; ) {
    const [left, right] = [one.indices[a]!, other.indices[b]!];
    if (left === right) sum = (sum ?? 0) + one.values[a++]! * other.values[b++]! * weigh(left);
    else if (left < right) a++;
    else b++;
  }
  return sum;
}

/** As an answer shows them: all of a point's vectors, those asked for by name, or none. */
export function shownVectors(vectors: Map<string, Vector>, wanted: unknown): unknown {
  if (wanted === undefined || wanted === false) return undefined;
  const shown = (vector: Vector) => (isDense(vector) ? Array.from(vector) : vector);
  const unnamed = vectors.get("");
  if (unnamed) return shown(unnamed);
  const names = Array.isArray(wanted) ? wanted : [...vectors.keys()];
  return Object.fromEntries(
    [...vectors].filter(([name]) => names.includes(name)).map(([name, one]) => [name, shown(one)]),
  );
}
