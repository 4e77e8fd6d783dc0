import { cpus, totalmem } from "node:os";

/** One comparison: medians of the runs that were taken in turn, ours then theirs, on the same input. */
export type Case = {
  case: string;
  /** Who does the same work: name and version. */
  rival: string;
  unit: string;
  ours: number;
  theirs: number;
  /** ours / theirs: below 1 we need less. */
  ratio: number;
  runs: number;
};

export type Report = {
  bench: string;
  machine: string;
  cases: Case[];
  /** What must be zero, or exactly n. */
  counts: Record<string, number>;
};

export type Bench = {
  summary: string;
  /** `size` is for a quick look; what a benchmark claims holds for the size that it has without. */
  run(options: { runs: number; size?: number }): Promise<Omit<Report, "bench" | "machine">>;
};

export const machine = (): string =>
  `${cpus()[0]?.model.trim() ?? "unknown"} × ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${process.arch}`;

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Times two ways of doing one thing, in turn, so that a machine that slows down slows both.
 * Each function does its work once and returns its own measure, or nothing to be timed in milliseconds.
 */
export async function inTurn(
  settings: { case: string; rival: string; runs: number; warmup?: number; unit?: string },
  ours: () => Promise<number | undefined>,
  theirs: () => Promise<number | undefined>,
): Promise<Case> {
  const { runs, warmup = 1, unit = "ms" } = settings;
  const measured = { ours: [] as number[], theirs: [] as number[] };
  for (let run = -warmup; run < runs; run++) {
    const pair = { ours: await measure(ours), theirs: await measure(theirs) };
    if (run < 0) continue;
    measured.ours.push(pair.ours);
    measured.theirs.push(pair.theirs);
  }
  const [a, b] = [median(measured.ours), median(measured.theirs)];
  return {
    case: settings.case,
    rival: settings.rival,
    unit,
    ours: round(a),
    theirs: round(b),
    ratio: round(a / b),
    runs,
  };
}

async function measure(work: () => Promise<number | undefined>): Promise<number> {
  const start = performance.now();
  return (await work()) ?? performance.now() - start;
}

export const round = (value: number): number => Number(value.toPrecision(4));

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
