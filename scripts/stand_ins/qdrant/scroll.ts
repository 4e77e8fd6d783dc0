import type { Collection } from "./collection.ts";
import { predicate } from "./filter.ts";
import { elementsAt, selection } from "./payload.ts";
import { compareIds, type Point, type PointId, pointId } from "./point.ts";
import { integer, list, object, text, wrongInput } from "./refusal.ts";
import { shownVectors } from "./vectors.ts";

/** A point as answers show it, with what was asked for of its payload and vectors. */
export function shown(asked: { with_payload?: unknown; with_vector?: unknown }, payloadByDefault: boolean) {
  const select = selection(asked.with_payload, payloadByDefault);
  return ({ id, payload, vectors }: Point) => {
    const some = select(payload);
    const vector = shownVectors(vectors, asked.with_vector);
    return { id, ...(some ? { payload: some } : {}), ...(vector === undefined ? {} : { vector }) };
  };
}

const SCROLL = ["filter", "limit", "offset", "with_payload", "with_vector", "order_by"];

export function scroll(collection: Collection, body: unknown) {
  const asked = object(body, "ScrollRequest", SCROLL);
  const limit = integer(asked.limit, "limit", 10, 1);
  const holds = predicate(asked.filter, collection.textFields());
  const show = shown(asked, true);
  if (asked.order_by !== undefined) {
    if (asked.offset !== undefined) throw wrongInput("Cannot use an `offset` when using `order_by`");
    const points = orderedBy([...collection.points.values()].filter(holds), asked.order_by, collection);
    return { points: points.slice(0, limit).map(show), next_page_offset: null };
  }
  const from = asked.offset === undefined ? 0 : firstFrom(collection.sortedIds(), pointId(asked.offset));
  const page: Point[] = [];
  let next: PointId | null = null;
  for (const id of collection.sortedIds().slice(from)) {
    const point = collection.points.get(id)!;
    if (!holds(point)) continue;
    if (page.length === limit) {
      next = id;
      break;
    }
    page.push(point);
  }
  return { points: page.map(show), next_page_offset: next };
}

/** Where in the sorted ids the first one stands that is not smaller. */
function firstFrom(ids: PointId[], id: PointId): number {
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareIds(ids[middle]!, id) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** By the numbers or moments of a payload field that has an index, as Qdrant demands; points without it are left out. */
export function orderedBy(points: Point[], by: unknown, collection: Collection): Point[] {
  const { key, direction } =
    typeof by === "string" ? { key: by, direction: "asc" } : object(by, "OrderBy", ["key", "direction"]);
  const field = text(key, "key");
  const type = String(collection.definition.indexes[field]?.type);
  if (!["integer", "float", "datetime"].includes(type)) {
    throw wrongInput(`No range index for \`order_by\` key: \`${field}\`. Please create one to use \`order_by\`.`);
  }
  const turn = direction === "desc" ? -1 : 1;
  return points
    .flatMap((point) => elementsAt(point.payload, field).map((value) => ({ point, value: measure(value) })))
    .filter(({ value }) => !Number.isNaN(value))
    .sort((one, other) => turn * (one.value - other.value) || compareIds(one.point.id, other.point.id))
    .map(({ point }) => point);
}

const measure = (value: unknown): number =>
  typeof value === "number" ? value : typeof value === "string" ? Date.parse(value) : Number.NaN;

export function retrieve(collection: Collection, body: unknown) {
  const asked = object(body, "PointRequest", ["ids", "with_payload", "with_vector"]);
  const found = list(asked.ids, "ids").flatMap((id) => collection.points.get(pointId(id)) ?? []);
  return found.map(shown(asked, true));
}

export function count(collection: Collection, body: unknown) {
  const asked = object(body, "CountRequest", ["filter", "exact"]);
  const holds = predicate(asked.filter, collection.textFields());
  if (asked.filter === undefined) return { count: collection.points.size };
  let found = 0;
  for (const point of collection.points.values()) if (holds(point)) found++;
  return { count: found };
}
