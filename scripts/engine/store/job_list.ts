import type { Database } from "bun:sqlite";
import type { Job } from "../jobs/job.ts";
import { conditionsOf } from "./job_filters.ts";
import { type Row, toJob } from "./job_rows.ts";

export type JobListOptions = {
  limit: number;
  offset: number;
  /** Only those that have ended, or only those that have not. */
  done?: boolean | undefined;
  /** Query parameters as Windmill names them. */
  asked: Record<string, string>;
};

/** What a list shows: no arguments, results or flow values, which may be large. */
const COLUMNS = `seq, id, state, kind, path, parent_job, root_job, created_by, created_at, scheduled_for, started_at,
  completed_at, success, attempts, priority, doc, '{}' as args, null as result, flow_status, null as raw_flow`;

/** Newest first, unless `order_desc=false`. Throws a FilterError for what it cannot filter by. */
export function listJobs(db: Database, { limit, offset, done, asked }: JobListOptions): Job[] {
  const conditions = conditionsOf(asked);
  if (done !== undefined) conditions.push({ sql: done ? "state = 'done'" : "state <> 'done'", values: [] });
  const where = conditions.map(({ sql }) => `(${sql})`).join(" and ") || "true";
  const order = asked.order_desc === "false" ? "asc" : "desc";
  return db
    .query<Row, (string | number)[]>(`select ${COLUMNS} from job where ${where} order by seq ${order} limit ? offset ?`)
    .all(...conditions.flatMap(({ values }) => values), limit, offset)
    .map(toJob);
}
