import { appendFileSync, existsSync, readFileSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import type { Point, PointId } from "./point.ts";
import type { Fields } from "./refusal.ts";
import { isDense, type Sparse, type Vector } from "./vectors.ts";

/** What a collection's file says line by line: a point as it is now, or that some are gone. */
type Line =
  | { put: [id: PointId, version: number, vectors: Record<string, string | Sparse>, payload: Fields] }
  | { cut: PointId[] };

const encode = ({ id, version, vectors, payload }: Point): string =>
  `${JSON.stringify({ put: [id, version, Object.fromEntries([...vectors].map(([name, one]) => [name, packed(one)])), payload] })}\n`;

/** Numbers as text would take four times the room and the time. */
const packed = (vector: Vector): string | Sparse =>
  isDense(vector) ? Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString("base64") : vector;

function unpacked(packed: string | Sparse): Vector {
  if (typeof packed !== "string") return packed;
  const bytes = new Uint8Array(Buffer.from(packed, "base64"));
  return new Float32Array(bytes.buffer, 0, bytes.byteLength / 4);
}

export const appendPoints = (file: string, points: Iterable<Point>): void =>
  appendFileSync(file, [...points].map(encode).join(""));

export const appendDeletion = (file: string, ids: PointId[]): void =>
  appendFileSync(file, `${JSON.stringify({ cut: ids })}\n`);

/** All points in their present state as a new file, in place of the old one at once. */
export function writePoints(file: string, points: Iterable<Point>): void {
  writeFileSync(`${file}.next`, "");
  for (const some of portions(points, 1000)) appendPoints(`${file}.next`, some);
  renameSync(`${file}.next`, file);
}

/** Reads the file; a last line that a kill has cut short is taken off. Deletions and old states are dropped on the way. */
export function readPoints(file: string): Map<PointId, Point> {
  const points = new Map<PointId, Point>();
  if (!existsSync(file)) return points;
  const bytes = readFileSync(file);
  const whole = bytes.lastIndexOf("\n") + 1;
  if (whole < bytes.length) truncateSync(file, whole);
  let lines = 0;
  for (let from = 0; from < whole; lines++) {
    const end = bytes.indexOf("\n", from);
    apply(points, JSON.parse(bytes.toString("utf8", from, end)) as Line);
    from = end + 1;
  }
  if (lines > 2 * points.size + 1000) writePoints(file, points.values());
  return points;
}

function apply(points: Map<PointId, Point>, line: Line): void {
  if ("cut" in line) {
    for (const id of line.cut) points.delete(id);
    return;
  }
  const [id, version, vectors, payload] = line.put;
  const unfolded = new Map(Object.entries(vectors).map(([name, one]) => [name, unpacked(one)]));
  points.set(id, { id, version, vectors: unfolded, payload });
}

function* portions<T>(all: Iterable<T>, size: number): Generator<T[]> {
  let some: T[] = [];
  for (const one of all) {
    some.push(one);
    if (some.length === size) {
      yield some;
      some = [];
    }
  }
  yield some;
}
