import type { Collection } from "./collection.ts";
import { predicate } from "./filter.ts";
import { isObject, withoutPath } from "./payload.ts";
import { type Point, type PointId, pointId } from "./point.ts";
import { badFormat, type Fields, list, object, text, unsupported, wrongInput } from "./refusal.ts";
import { type Vector, vectorsOf } from "./vectors.ts";

/** What `wait=true` promises has happened when a write answers, so every write is completed. */
export type Write = (collection: Collection, body: unknown) => void;

export const upsert: Write = (collection, body) => {
  const { points, batch } = object(body, "PointInsertOperations", ["points", "batch"]);
  const rows = batch === undefined ? list(points, "points").map(pointOf) : rowsOf(batch);
  const version = ++collection.operation;
  collection.put(
    rows.map(({ id, vector, payload }) => ({ id, version, vectors: vectorsOf(vector, collection.params), payload })),
  );
};

type Row = { id: PointId; vector: unknown; payload: Fields };

function pointOf(value: unknown): Row {
  const { id, vector, payload } = object(value, "PointStruct", ["id", "vector", "payload"]);
  return { id: pointId(id), vector, payload: payloadOf(payload ?? {}) };
}

function rowsOf(batch: unknown): Row[] {
  const { ids, vectors, payloads } = object(batch, "Batch", ["ids", "vectors", "payloads"]);
  const vectorAt = (at: number) =>
    Array.isArray(vectors)
      ? vectors[at]
      : Object.fromEntries(Object.entries(vectors as Record<string, unknown[]>).map(([name, all]) => [name, all[at]]));
  return list(ids, "ids").map((id, at) => ({
    id: pointId(id),
    vector: vectorAt(at),
    payload: payloadOf((payloads as unknown[] | undefined)?.[at] ?? {}),
  }));
}

function payloadOf(value: unknown): Fields {
  if (!isObject(value)) throw badFormat("payload must be an object");
  return value;
}

export const deletePoints: Write = (collection, body) => {
  collection.operation++;
  collection.cut(selected(collection, object(body, "PointsSelector", ["points", "filter"])).map(({ id }) => id));
};

export const updateVectors: Write = (collection, body) => {
  const { points } = object(body, "UpdateVectors", ["points"]);
  const version = ++collection.operation;
  const changed = list(points, "points").map((one) => {
    const { id, vector } = object(one, "PointVectors", ["id", "vector"]);
    const point = collection.points.get(pointId(id));
    if (!point) throw wrongInput(`No point with id ${String(id)} found`);
    return {
      ...point,
      version,
      vectors: new Map<string, Vector>([...point.vectors, ...vectorsOf(vector, collection.params)]),
    };
  });
  collection.put(changed);
};

const SET = ["payload", "points", "filter", "key"];

const changePayload = (change: (now: Fields, asked: Fields) => Fields, known: string[]): Write => {
  return (collection, body) => {
    const asked = object(body, "the payload operation", known);
    const version = ++collection.operation;
    const points = selected(collection, asked);
    collection.put(points.map((point) => ({ ...point, version, payload: change(point.payload, asked) })));
  };
};

export const setPayload = changePayload((now, { payload, key }) => {
  if (key !== undefined) throw unsupported('a "key" in SetPayload');
  return { ...now, ...payloadOf(payload) };
}, SET);

export const overwritePayload = changePayload((_, { payload }) => payloadOf(payload), SET.slice(0, 3));

export const deletePayload = changePayload(
  (now, { keys }) => list(keys, "keys").reduce<Fields>((left, key) => withoutPath(left, text(key, "key")), now),
  ["keys", "points", "filter"],
);

export const clearPayload = changePayload(() => ({}), ["points", "filter"]);

/** The points that a write is about: those of the list that exist, or those that a filter finds. */
function selected(collection: Collection, { points, filter }: Fields): Point[] {
  if (points !== undefined) {
    return list(points, "points").flatMap((id) => collection.points.get(pointId(id)) ?? []);
  }
  if (filter === undefined) throw badFormat("neither points nor filter is given");
  return [...collection.points.values()].filter(predicate(filter, collection.textFields()));
}

const OPERATIONS: Record<string, Write> = {
  upsert,
  delete: deletePoints,
  update_vectors: updateVectors,
  set_payload: setPayload,
  overwrite_payload: overwritePayload,
  delete_payload: deletePayload,
  clear_payload: clearPayload,
};

/** Several writes in their order; answers how many there were. */
export function batch(collection: Collection, body: unknown): number {
  const { operations } = object(body, "UpdateOperations", ["operations"]);
  const all = list(operations, "operations").flatMap((one) =>
    Object.entries(object(one, "an operation", Object.keys(OPERATIONS))),
  );
  for (const [name, argument] of all) OPERATIONS[name]!(collection, argument);
  return all.length;
}
