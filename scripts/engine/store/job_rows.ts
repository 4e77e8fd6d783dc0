import type { Database } from "bun:sqlite";
import { type FlowStatus, type FlowValue, type Job, type JobKind, usesWorker } from "../jobs/job.ts";

/** A row of the job table. What no query asks for lies in `doc`. */
export type Row = {
  seq: number;
  id: string;
  state: "queued" | "running" | "done";
  kind: JobKind;
  path: string | null;
  parent_job: string | null;
  root_job: string | null;
  created_by: string;
  created_at: number;
  scheduled_for: number;
  started_at: number | null;
  completed_at: number | null;
  success: number | null;
  attempts: number;
  priority: number;
  doc: string;
  args: string;
  result: string | null;
  flow_status: string | null;
  raw_flow: string | null;
};

type Rest = Omit<Job, keyof Columns>;
type Columns = Pick<
  Job,
  | "id"
  | "kind"
  | "path"
  | "args"
  | "parentJob"
  | "rootJob"
  | "createdBy"
  | "createdAt"
  | "scheduledFor"
  | "startedAt"
  | "completedAt"
  | "success"
  | "result"
  | "flowStatus"
  | "rawFlow"
  | "attempts"
  | "priority"
>;

export function toJob(row: Row): Job {
  return {
    ...(JSON.parse(row.doc) as Rest),
    id: row.id,
    kind: row.kind,
    path: row.path,
    args: JSON.parse(row.args) as Job["args"],
    createdBy: row.created_by,
    createdAt: new Date(row.created_at),
    scheduledFor: new Date(row.scheduled_for),
    attempts: row.attempts,
    priority: row.priority,
    ...(row.parent_job === null ? {} : { parentJob: row.parent_job }),
    ...(row.root_job === null ? {} : { rootJob: row.root_job }),
    ...(row.started_at === null ? {} : { startedAt: new Date(row.started_at) }),
    ...(row.completed_at === null ? {} : { completedAt: new Date(row.completed_at) }),
    ...(row.success === null ? {} : { success: row.success === 1 }),
    ...(row.result === null ? {} : { result: JSON.parse(row.result) as unknown }),
    ...(row.flow_status === null ? {} : { flowStatus: JSON.parse(row.flow_status) as FlowStatus }),
    ...(row.raw_flow === null ? {} : { rawFlow: JSON.parse(row.raw_flow) as FlowValue }),
  };
}

export function fromJob(db: Database, job: Job): void {
  const {
    id,
    kind,
    path,
    args,
    parentJob,
    rootJob,
    createdBy,
    createdAt,
    scheduledFor,
    startedAt: _startedAt,
    completedAt: _completedAt,
    success: _success,
    result: _result,
    flowStatus,
    rawFlow,
    attempts: _attempts,
    priority,
    ...rest
  } = job;
  db.query(
    `insert into job (id, state, lane, kind, path, parent_job, root_job, created_by, created_at, scheduled_for, priority,
                      doc, args, flow_status, raw_flow)
     values (?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ).run(
    id,
    usesWorker(job) ? "worker" : "coordinator",
    kind,
    path,
    parentJob ?? null,
    rootJob ?? null,
    createdBy,
    createdAt.getTime(),
    scheduledFor.getTime(),
    priority ?? 0,
    JSON.stringify(rest satisfies Rest),
    JSON.stringify(args),
    flowStatus ? JSON.stringify(flowStatus) : null,
    rawFlow ? JSON.stringify(rawFlow) : null,
  );
}
