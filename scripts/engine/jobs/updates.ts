import type { Engine } from "../engine.ts";
import type { Job } from "./job.ts";
import { shownJob } from "./shown.ts";

/** What a caller has seen of a job already. Offsets count UTF-16 units, like a JavaScript string does. */
export type Known = {
  running: boolean;
  logOffset: number;
  streamOffset: number;
  /** Of a flow: the step that the stream's offset belongs to. */
  streamJob?: string | undefined;
  progress?: number;
};

/** What changed about a job since its caller last looked; keys without news are left out. */
export type JobUpdate = {
  running?: boolean;
  completed?: boolean;
  new_logs?: string;
  log_offset?: number;
  new_result_stream?: string;
  stream_offset?: number;
  flow_stream_job_id?: string;
  progress?: number;
  flow_status?: unknown;
  job?: unknown;
  only_result?: unknown;
};

export type UpdateOptions = { noLogs?: boolean; getProgress?: boolean };

export function updateOf(engine: Engine, job: Job, known: Known, options: UpdateOptions = {}): JobUpdate {
  const logs = options.noLogs ? "" : engine.logs.read(job.id);
  const { stream, step } = streamOf(engine, job);
  const isAnother = known.streamJob !== undefined && known.streamJob !== step;
  const fresh = logs.slice(known.logOffset);
  const streamed = stream.slice(isAnother ? 0 : known.streamOffset);
  const progress = options.getProgress && job.progress !== known.progress ? job.progress : undefined;
  return {
    ...(!known.running && job.startedAt && !job.completedAt ? { running: true } : {}),
    ...(job.completedAt ? { completed: true } : {}),
    ...(fresh ? { new_logs: fresh } : {}),
    ...(options.noLogs ? {} : { log_offset: logs.length }),
    ...(streamed ? { new_result_stream: streamed, stream_offset: stream.length } : {}),
    ...(streamed && step ? { flow_stream_job_id: step } : {}),
    ...(progress === undefined ? {} : { progress }),
    ...(job.flowStatus ? { flow_status: job.flowStatus } : {}),
  };
}

/** What a job streams of its result; a flow what its last step streams, unless that is many jobs. */
function streamOf(engine: Engine, { id, rawFlow, flowStatus }: Job): { stream: string; step?: string } {
  if (!rawFlow) return { stream: engine.logs.stream(id) };
  const last = flowStatus?.modules.at(-1);
  const step = last?.job && !last.flow_jobs ? engine.jobs.find(last.job) : undefined;
  return step ? { stream: streamOf(engine, step).stream, step: step.id } : { stream: "" };
}

/** True when there is something in it that the caller does not know yet. */
export const isNews = (update: JobUpdate): boolean =>
  Boolean(update.running || update.completed || update.new_logs || update.new_result_stream) ||
  update.progress !== undefined;

/** The last update of a job says all: its result, or the whole job. */
export const lastUpdate = (engine: Engine, job: Job, onlyResult: boolean): JobUpdate =>
  onlyResult ? { only_result: job.result ?? null } : { job: shownJob(engine, job) };
