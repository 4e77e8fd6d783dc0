import type { Point } from "./point.ts";

export type Scored = { point: Point; score: number };

/** Reciprocal rank fusion as Qdrant does it: the first of a list counts 1/k, the next 1/(k+1), and so on. */
export const rrf = (lists: Scored[][], k = 2): Scored[] =>
  fuse(lists.map((one) => one.map(({ point }, rank) => ({ point, score: 1 / (k + rank) }))));

/** Distribution-based fusion: each list is scaled to its mean ± three standard deviations before scores are added. */
export function dbsf(lists: Scored[][]): Scored[] {
  return fuse(
    lists.map((one) => {
      const mean = one.reduce((sum, { score }) => sum + score, 0) / one.length;
      const variance = one.reduce((sum, { score }) => sum + (score - mean) ** 2, 0) / Math.max(1, one.length - 1);
      const spread = 3 * Math.sqrt(variance);
      return one.map(({ point, score }) => ({
        point,
        score: spread === 0 ? 0.5 : (score - mean + spread) / (2 * spread),
      }));
    }),
  );
}

function fuse(lists: Scored[][]): Scored[] {
  const sums = new Map<Point, number>();
  for (const { point, score } of lists.flat()) sums.set(point, (sums.get(point) ?? 0) + score);
  return [...sums].map(([point, score]) => ({ point, score })).sort((one, other) => other.score - one.score);
}
