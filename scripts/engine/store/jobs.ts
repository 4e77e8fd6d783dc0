import type { Database } from "bun:sqlite";
import type { FlowStatus, Job, JobEnd, Lane } from "../jobs/job.ts";
import { TAG } from "./job_filters.ts";
import { type JobListOptions, listJobs } from "./job_list.ts";
import { fromJob, type Row, toJob } from "./job_rows.ts";

export type JobStore = {
  insert(job: Job): void;
  find(id: string): Job | undefined;
  /** Queued jobs whose time has come, in the order they should start. */
  due(lane: Lane, now: Date, limit: number): Job[];
  /** When the next job that waits for its time wants to start. */
  nextDue(now: Date): Date | undefined;
  running(): Job[];
  unfinishedChildren(id: string): Job[];
  /** Every job below this one, at any depth. */
  withRoot(id: string): Job[];
  /** True for the one caller that took the job from queued to running. */
  start(id: string, now: Date): boolean;
  /** Back into the queue, to be started again. */
  requeue(id: string): void;
  end(id: string, end: JobEnd, now: Date): boolean;
  setPid(id: string, pid: number): void;
  pidOf(id: string): number | undefined;
  /** Changes fields of the row that are not part of its course through the queue. */
  update(id: string, change: Partial<Pick<Job, Changeable>>): void;
  saveFlowStatus(id: string, status: FlowStatus): void;
  list(options: JobListOptions): Job[];
  count(state: Row["state"]): number;
  /** How many jobs of each tag have ended since then, in milliseconds since 1970. */
  endedByTag(since: number): { tag: string; count: number }[];
  /** Forgets what went in and came out, and keeps that the job was. */
  clear(id: string): void;
  /** Removes jobs that ended before, with their logs. */
  removeEndedBefore(when: Date): void;
};

type Changeable = "args" | "requestArgs" | "preprocessed" | "canceled" | "scheduledFor" | "progress";

export function openJobs(db: Database): JobStore {
  const many = (rows: Row[]) => rows.map(toJob);
  const find = (id: string) => {
    const row = db.query<Row, [string]>("select * from job where id = ?").get(id);
    return row ? toJob(row) : undefined;
  };
  return {
    insert: (job) => fromJob(db, job),
    find,
    due: (lane, now, limit) =>
      many(
        db
          .query<Row, [string, number, number]>(
            `select * from job where state = 'queued' and lane = ? and scheduled_for <= ?
             order by priority desc, scheduled_for, seq limit ?`,
          )
          .all(lane, now.getTime(), limit),
      ),
    nextDue(now) {
      const row = db
        .query<{ at: number | null }, [number]>(
          "select min(scheduled_for) as at from job where state = 'queued' and scheduled_for > ?",
        )
        .get(now.getTime());
      return row?.at ? new Date(row.at) : undefined;
    },
    running: () => many(db.query<Row, []>("select * from job where state = 'running' order by seq").all()),
    withRoot: (id) => many(db.query<Row, [string]>("select * from job where root_job = ?").all(id)),
    unfinishedChildren: (id) =>
      many(db.query<Row, [string]>("select * from job where parent_job = ? and state <> 'done' order by seq").all(id)),
    start: (id, now) =>
      db
        .query(
          `update job set state = 'running', started_at = ?, attempts = attempts + 1
           where id = ? and state = 'queued'`,
        )
        .run(now.getTime(), id).changes > 0,
    requeue: (id) =>
      void db.query("update job set state = 'queued', started_at = null, pid = null where id = ?").run(id),
    end: (id, { success, result, skipped }, now) =>
      db
        .query(
          `update job set state = 'done', success = ?, result = ?, completed_at = ?, pid = null,
             started_at = coalesce(started_at, ?), doc = iif(?, json_set(doc, '$.skipped', json('true')), doc)
           where id = ? and state <> 'done'`,
        )
        .run(success ? 1 : 0, JSON.stringify(result ?? null), now.getTime(), now.getTime(), skipped ? 1 : 0, id)
        .changes > 0,
    setPid: (id, pid) => void db.query("update job set pid = ? where id = ?").run(pid, id),
    pidOf: (id) =>
      db.query<{ pid: number | null }, [string]>("select pid from job where id = ?").get(id)?.pid ?? undefined,
    update(id, { args, scheduledFor, ...rest }) {
      if (args) db.query("update job set args = ? where id = ?").run(JSON.stringify(args), id);
      if (scheduledFor) db.query("update job set scheduled_for = ? where id = ?").run(scheduledFor.getTime(), id);
      for (const [name, value] of Object.entries(rest))
        db.query(`update job set doc = json_set(doc, '$.${name}', json(?)) where id = ?`).run(
          JSON.stringify(value),
          id,
        );
    },
    saveFlowStatus: (id, status) =>
      void db.query("update job set flow_status = ? where id = ?").run(JSON.stringify(status), id),
    list: (options) => listJobs(db, options),
    count: (state) =>
      db.query<{ n: number }, [string]>("select count(*) as n from job where state = ?").get(state)?.n ?? 0,
    endedByTag: (since) =>
      db
        .query<{ tag: string; count: number }, [number]>(
          `select ${TAG} as tag, count(*) as count from job where state = 'done' and completed_at > ? group by 1`,
        )
        .all(since),
    clear: (id) => void db.query("update job set args = '{}', result = '{}' where id = ?").run(id),
    removeEndedBefore(when) {
      const removed = db
        .query<{ id: string }, [number]>("delete from job where state = 'done' and completed_at < ? returning id")
        .all(when.getTime());
      for (const { id } of removed) db.query("delete from log where job = ?").run(id);
    },
  };
}
