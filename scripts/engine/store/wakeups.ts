import type { Database } from "bun:sqlite";

/** Moments at which a flow wants to be woken; at most one for each, and they outlive the process. */
export type Wakeups = {
  set(job: string, at: Date): void;
  forget(job: string): void;
  due(now: Date): string[];
  next(): Date | undefined;
};

export function openWakeups(db: Database): Wakeups {
  return {
    set: (job, at) =>
      void db
        .query("insert into wakeup values (?, ?) on conflict do update set at = excluded.at")
        .run(job, at.getTime()),
    forget: (job) => void db.query("delete from wakeup where job = ?").run(job),
    due: (now) =>
      db
        .query<{ job: string }, [number]>("select job from wakeup where at <= ? order by at")
        .all(now.getTime())
        .map((row) => row.job),
    next() {
      const at = db.query<{ at: number | null }, []>("select min(at) as at from wakeup").get()?.at;
      return at ? new Date(at) : undefined;
    },
  };
}
