import { badFormat, type Fields } from "./refusal.ts";
import type { Vector } from "./vectors.ts";

/** A number, or a UUID in lower case. */
export type PointId = number | string;

/** Vectors by name; the one of a collection without names has the name "". */
export type Point = { id: PointId; version: number; vectors: Map<string, Vector>; payload: Fields };

const UUID = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;

export function pointId(value: unknown): PointId {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  if (typeof value === "string" && UUID.test(value)) {
    const hex = value.replaceAll("-", "").toLowerCase();
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
  }
  throw badFormat(
    `value ${JSON.stringify(value)} is not a valid point ID, valid values are either an unsigned integer or a UUID`,
  );
}

/** Numbers come before UUIDs. */
export function compareIds(one: PointId, other: PointId): number {
  if (typeof one !== typeof other) return typeof one === "number" ? -1 : 1;
  return one < other ? -1 : one > other ? 1 : 0;
}
