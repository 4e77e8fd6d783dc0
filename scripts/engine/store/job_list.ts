import type { Database } from "bun:sqlite";
import type { Job } from "../jobs/job.ts";
import { type Row, toJob } from "./job_rows.ts";

export type JobFilter = {
  limit: number;
  offset: number;
  kinds?: string[] | undefined;
  path?: string | undefined;
  pathStart?: string | undefined;
  parent?: string | undefined;
  schedule?: string | undefined;
  topOnly?: boolean | undefined;
  success?: boolean | undefined;
  running?: boolean | undefined;
  done?: boolean | undefined;
  createdBy?: string | undefined;
  createdBefore?: Date | undefined;
  createdAfter?: Date | undefined;
  oldestFirst?: boolean | undefined;
};

/** What a list shows: no arguments, results or flow values, which may be large. */
const COLUMNS = `seq, id, state, kind, path, parent_job, root_job, created_by, created_at, scheduled_for, started_at,
  completed_at, success, attempts, priority, doc, '{}' as args, null as result, flow_status, null as raw_flow`;

export function listJobs(db: Database, filter: JobFilter): Job[] {
  const conditions: string[] = [];
  const values: (string | number)[] = [];
  const where = (condition: string, ...given: (string | number)[]) => {
    conditions.push(condition);
    values.push(...given);
  };
  if (filter.kinds) where(`kind in (${filter.kinds.map(() => "?").join(",")})`, ...filter.kinds);
  if (filter.path !== undefined) where("path = ?", filter.path);
  if (filter.pathStart !== undefined) where("substr(path, 1, ?) = ?", filter.pathStart.length, filter.pathStart);
  if (filter.parent !== undefined) where("parent_job = ?", filter.parent);
  if (filter.schedule !== undefined) where("json_extract(doc, '$.schedulePath') = ?", filter.schedule);
  if (filter.topOnly) where("parent_job is null");
  if (filter.success !== undefined) where("state = 'done' and success = ?", filter.success ? 1 : 0);
  if (filter.running !== undefined) where(filter.running ? "state = 'running'" : "state = 'queued'");
  if (filter.done !== undefined) where(filter.done ? "state = 'done'" : "state <> 'done'");
  if (filter.createdBy !== undefined) where("created_by = ?", filter.createdBy);
  if (filter.createdBefore) where("created_at < ?", filter.createdBefore.getTime());
  if (filter.createdAfter) where("created_at > ?", filter.createdAfter.getTime());
  const order = filter.oldestFirst ? "asc" : "desc";
  return db
    .query<Row, (string | number)[]>(
      `select ${COLUMNS} from job ${conditions.length ? `where ${conditions.join(" and ")}` : ""}
       order by seq ${order} limit ? offset ?`,
    )
    .all(...values, filter.limit, filter.offset)
    .map(toJob);
}
