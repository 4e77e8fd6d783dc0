import type { FlowStatus, FlowValue, Job } from "../jobs/job.ts";

/**
 * What the flow runner needs from the rest of the engine. All calls are synchronous: the store is SQLite in the same
 * process, so one `transaction` is one consistent step, and what it wrote is what a restart finds.
 */
export type FlowHost = {
  /** Writes all or, when `work` throws, nothing of what `work` did through this host; throws what `work` threw. */
  transaction<T>(work: () => T): T;
  getJob(id: string): Job | undefined;
  /**
   * Queues a job below a flow job; the child inherits caller and root, and its id is returned. Throws when there is no
   * such script or flow; the flow then fails with that error's message.
   */
  pushChild(parent: Job, child: ChildJob): string;
  saveFlowStatus(id: string, status: FlowStatus): void;
  /** What a preprocessor returned becomes the flow job's `args`; the job counts as `preprocessed`. */
  replaceArgs(id: string, args: Record<string, unknown>): void;
  /**
   * Ends the flow job; its own parent, if it is a flow too, hears of it through `childrenDone`. A `success` goes into the
   * cache when the flow's value has a `cache_ttl`. `skipped`: it counts as success and is marked as skipped.
   */
  completeFlow(id: string, end: { success: boolean; result: unknown; skipped?: boolean }): void;
  /** Calls `wake(id)` once the moment has come, also when the engine was restarted in between. */
  wakeAt(id: string, when: Date): void;
  /** Resumes and disapprovals that came in for any of these jobs (a step's, or the flow's own), oldest first. */
  resumesOf(ids: string[]): Resume[];
  /** Values for expressions; undefined when there is no such item. */
  variable(path: string): string | undefined;
  resource(path: string): unknown;
  appendLog(id: string, text: string): void;
  now(): Date;
};

/** One call of a resume or cancel URL. */
export type Resume = { resumeId: number; value: unknown; approver?: string; approved: boolean };

/**
 * A step to run: a deployed script or flow by path (as it is deployed now), inline code, a body of modules as a child
 * flow, or `identity`, whose result is its argument `previous_result` and which takes no worker.
 */
export type ChildJob = {
  flowStepId: string;
  args: Record<string, unknown>;
  scheduledFor?: Date;
  /** Wins over the script's own timeout. */
  timeoutSeconds?: number;
  /** A success is kept this long under runnable and arguments, and handed out instead of running the step again. */
  cacheTtlSeconds?: number;
  /** Arguments, result and logs are removed this long after the step has ended. */
  deleteAfterSeconds?: number;
  /** The step sees the same `./shared` as the others of its flow. */
  sharesFolder?: boolean;
  /** The job is not run: it fails with `{ error: { name: "ExecutionErr", message, step_id } }` when its turn comes. */
  preRunError?: string;
} & ChildKind;

export type ChildKind =
  | { kind: "script"; path: string; hash?: string; entrypoint?: "preprocessor" }
  | { kind: "flow"; path: string }
  | { kind: "preview"; path: string; code: string; lock?: string; language: string; entrypoint?: "preprocessor" }
  | { kind: "flowpreview"; path: string; flow: FlowValue }
  | { kind: "identity" };

/**
 * What the rest of the engine calls. Each call may be repeated after a crash: it looks at the rows, not at memory. The
 * first calls may take effect a few milliseconds later, while the expression interpreter is loaded.
 */
export type FlowRunner = {
  /** A queued flow job's turn has come. */
  begin(flow: Job): void;
  /** A step's job ended, well or not. */
  childrenDone(flow: Job, children: Job[]): void;
  /**
   * Something happened that is not the end of a step: a moment asked for with `wakeAt`, a resume or disapproval of the
   * flow or one of its steps. After a restart of the engine, every flow job that has started and not ended is woken once:
   * it picks up whatever its rows say. (Canceling a flow job needs no call: who cancels it ends it and what is below.)
   */
  wake(flow: Job): void;
};
