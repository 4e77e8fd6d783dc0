import type { FlowStatus, FlowValue, Job } from "../jobs/job.ts";

/**
 * What the flow runner needs from the rest of the engine. All calls are synchronous: the store is SQLite in the same
 * process, so one `advance` is one consistent step, and what it wrote is what a restart finds.
 */
export type FlowHost = {
  getJob(id: string): Job | undefined;
  /** Jobs whose parent is the given one, oldest first. */
  childrenOf(id: string): Job[];
  /** Queues a job below a flow job; the child inherits caller and root, and its id is returned. */
  pushChild(parent: Job, child: ChildJob): string;
  saveFlowStatus(id: string, status: FlowStatus): void;
  /** Ends the flow job; its own parent, if it is a flow too, hears of it through `childDone`. */
  completeFlow(id: string, end: { success: boolean; result: unknown; skipped?: boolean }): void;
  /** Calls `wake(id)` once the moment has come, also when the engine was restarted in between. */
  wakeAt(id: string, when: Date): void;
  cancel(id: string, by: string, reason: string): void;
  /** Values for expressions; undefined when there is no such item. */
  variable(path: string): string | undefined;
  resource(path: string): unknown;
  appendLog(id: string, text: string): void;
  now(): Date;
};

/** A step to run: a deployed script or flow by path, inline code, or a body of modules as a child flow. */
export type ChildJob = {
  flowStepId: string;
  args: Record<string, unknown>;
  scheduledFor?: Date;
  timeoutSeconds?: number;
  cacheTtlSeconds?: number;
} & (
  | { kind: "script"; path: string; hash?: string }
  | { kind: "flow"; path: string }
  | { kind: "preview"; path: string; code: string; lock?: string; language: string; entrypoint?: "preprocessor" }
  | { kind: "flowpreview"; path: string; flow: FlowValue }
  | { kind: "identity" }
);

/** What the rest of the engine calls. Each call may be repeated after a crash: it looks at the rows, not at memory. */
export type FlowRunner = {
  /** A queued flow job's turn has come. */
  begin(flow: Job): void;
  /** A step's job ended, well or not. */
  childDone(flow: Job, child: Job): void;
  /** A moment asked for with `wakeAt`, or an event such as a resume, has come. */
  wake(flow: Job): void;
};
