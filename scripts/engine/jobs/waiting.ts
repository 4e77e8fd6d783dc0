import type { Job } from "./job.ts";

/** Who waits for the end of which job. Nobody polls. */
export type Waiting = {
  /** The job once it has ended, at once when it already has; undefined after that long. */
  endedWithin(id: string, milliseconds: number): Promise<Job | undefined>;
  tell(job: Job): void;
};

type Tell = (job: Job) => void;

export function createWaiting(find: (id: string) => Job | undefined): Waiting {
  const waiting = new Map<string, Set<Tell>>();

  function wait(id: string, tell: Tell): void {
    const job = find(id);
    if (job?.completedAt) tell(job);
    else waiting.set(id, (waiting.get(id) ?? new Set()).add(tell));
  }

  return {
    endedWithin: (id, milliseconds) =>
      new Promise((resolve) => {
        const done = (job?: Job) => {
          clearTimeout(timer);
          const others = waiting.get(id);
          if (others?.delete(done) && others.size === 0) waiting.delete(id);
          resolve(job);
        };
        const timer = setTimeout(done, milliseconds);
        wait(id, done);
      }),
    tell(job) {
      const told = waiting.get(job.id);
      waiting.delete(job.id);
      for (const tell of told ?? []) tell(job);
    },
  };
}
