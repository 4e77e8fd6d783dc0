import type { Job, JobEnd } from "./job.ts";

/** The workers: as many processes at a time as there are places. */
export type Pool = {
  /** How many jobs may start now. */
  places(): number;
  /** Runs a job; `ended` is told how, and whether the process was killed because the engine stops. */
  start(job: Job, ended: (end: JobEnd, killedByStop: boolean) => void): void;
  /** Kills a job's process; false when it has none. */
  kill(id: string): boolean;
  /** A job was pushed or has ended: its pusher may be waiting for it. */
  pushed(job: Job): void;
  left(job: Job): void;
  /** Waits for running processes, but not longer than that; then they are killed. */
  drain(graceSeconds: number): Promise<void>;
  running(): number;
};

type Running = { abort: AbortController; done: Promise<void> };

export function createPool(workers: number, execute: (job: Job, signal: AbortSignal) => Promise<JobEnd>): Pool {
  const running = new Map<string, Running>();
  /** Jobs that a running process has pushed and that have not ended: it may be waiting for them. */
  const spawned = new Map<string, Set<string>>();
  let draining = false;
  return {
    // A process that waits for another job gives its place away, or a full pool would wait for itself forever.
    places: () => workers + [...running.keys()].filter((id) => spawned.has(id)).length - running.size,
    start(job, ended) {
      const abort = new AbortController();
      const done = execute(job, abort.signal).then((end) => {
        running.delete(job.id);
        spawned.delete(job.id);
        ended(end, draining && abort.signal.aborted);
      });
      running.set(job.id, { abort, done });
    },
    kill(id) {
      const found = running.get(id);
      found?.abort.abort();
      return found !== undefined;
    },
    pushed({ id, spawnedBy }) {
      if (!spawnedBy || !running.has(spawnedBy)) return;
      spawned.set(spawnedBy, (spawned.get(spawnedBy) ?? new Set()).add(id));
    },
    left({ id, spawnedBy }) {
      if (!spawnedBy) return;
      const below = spawned.get(spawnedBy);
      if (below?.delete(id) && below.size === 0) spawned.delete(spawnedBy);
    },
    async drain(graceSeconds) {
      draining = true;
      const all = Promise.all([...running.values()].map(({ done }) => done));
      await Promise.race([all, Bun.sleep(graceSeconds * 1000)]);
      for (const { abort } of running.values()) abort.abort();
      await all;
    },
    running: () => running.size,
  };
}
