import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Shape } from "./shape.ts";

/** How a collection differs from what is asked for, in words. */
export type Changes = {
  /** What Qdrant changes in place. */
  inPlace: string[];
  /** Indexes to be made, anew if there is another one on the field. */
  indexes: string[];
  /** What takes a new collection: every point has to be written again. */
  reindex: string[];
};

/** Indexes that nobody asked for stay: a project may have made them for filters of its own. */
export function changesBetween(found: Shape, wanted: Shape): Changes {
  const inPlace: string[] = [];
  const reindex: string[] = [];
  for (const name of namesOf(found.vectors, wanted.vectors)) {
    const [now, then] = [found.vectors[name], wanted.vectors[name]];
    if (!now || !then) reindex.push(`vector ${name} ${now ? "goes" : "is new"}`);
    else if (now.size !== then.size || now.distance !== then.distance)
      reindex.push(`vector ${name} from ${now.size} ${now.distance} to ${then.size} ${then.distance}`);
    else if (now.onDisk !== then.onDisk) inPlace.push(`vector ${name} ${then.onDisk ? "to" : "from"} disk`);
  }
  for (const name of namesOf(found.sparse, wanted.sparse)) {
    const [now, then] = [found.sparse[name], wanted.sparse[name]];
    if (!now || !then) reindex.push(`sparse vector ${name} ${now ? "goes" : "is new"}`);
    else if (now.idf !== then.idf) inPlace.push(`sparse vector ${name} ${then.idf ? "with" : "without"} idf`);
  }
  if (found.quantization !== wanted.quantization)
    inPlace.push(`quantization from ${found.quantization} to ${wanted.quantization}`);
  if (found.onDiskPayload !== wanted.onDiskPayload)
    inPlace.push(`payload ${wanted.onDiskPayload ? "to" : "from"} disk`);
  const indexes = Object.keys(wanted.indexes).filter(
    (field) => !isDeepStrictEqual(found.indexes[field], wanted.indexes[field]),
  );
  return { inPlace, indexes, reindex };
}

/** Names exactly this change of exactly this collection, whose points may have changed meanwhile. */
export const planHash = (name: string, found: Shape, wanted: Shape): string =>
  createHash("sha256")
    .update(JSON.stringify([name, sorted(found), sorted(wanted)]))
    .digest("hex")
    .slice(0, 16);

const namesOf = (one: object, other: object): string[] =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();

/** The same shape has the same text, in whatever order its parts came. */
function sorted(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}
