/** A job as the engine keeps it: one row from the moment it is queued until retention removes it. */
export type Job = {
  id: string;
  workspace: string;
  kind: JobKind;
  /** Path of the script or flow; for a step of a flow `<flow>/<step>`, unless the step names a script. */
  path: string | null;
  /** Hash of the script version that was current when the job was pushed. */
  scriptHash?: string;
  args: Record<string, unknown>;
  parentJob?: string;
  rootJob?: string;
  /** The module this job runs, when it is a step of a flow. */
  flowStepId?: string;
  createdBy: string;
  email: string;
  permissionedAs: string;
  createdAt: Date;
  scheduledFor: Date;
  startedAt?: Date;
  completedAt?: Date;
  canceled?: { by: string; reason: string };
  success?: boolean;
  /** The JSON value that `main` returned, or `{ error: {...} }` of a failed job. */
  result?: unknown;
  /** Only on flow jobs: where the flow stands, in Windmill's own shape. */
  flowStatus?: FlowStatus;
  /** Only on flow jobs: the flow's value as it was when the job was pushed; a later push does not change a running flow. */
  rawFlow?: FlowValue;
  /** Inline code, for previews and `rawscript` steps. */
  rawCode?: string;
  rawLock?: string;
  timeoutSeconds?: number;
};

export type JobKind =
  | "script"
  | "preview"
  | "flow"
  | "flowpreview"
  | "singlestepflow"
  | "dependencies"
  | "flowdependencies"
  | "identity";

/** A flow's `value` as `flow.yaml` writes it; modules are interpreted by the flow runner. */
export type FlowValue = {
  modules: FlowModule[];
  failure_module?: FlowModule;
  preprocessor_module?: FlowModule;
} & Record<string, unknown>;
export type FlowModule = { id: string; value: { type: string } & Record<string, unknown> } & Record<string, unknown>;

export type FlowStatus = {
  step: number;
  modules: FlowStatusModule[];
  failure_module: FlowStatusModule;
  preprocessor_module?: FlowStatusModule;
  retry: { fail_count: number; failed_jobs: string[] };
  user_states?: Record<string, unknown>;
};

export type FlowStatusModule = {
  type: "WaitingForPriorSteps" | "WaitingForEvents" | "WaitingForExecutor" | "InProgress" | "Success" | "Failure";
  id: string;
  job?: string;
} & Record<string, unknown>;
