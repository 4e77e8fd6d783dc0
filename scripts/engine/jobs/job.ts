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
  /**
   * Only on flow jobs: where the flow stands, in Windmill's own shape, from the moment it is queued.
   */
  flowStatus?: FlowStatus;
  /**
   * Only on flow jobs: the flow's value as it was when the job was pushed; a later push does not change a running flow.
   * It has a `preprocessor_module` only when that is to run: whoever queues a flow that needs no preprocessing (a step
   * of type `flow`, `skip_preprocessor=true`) leaves it out.
   */
  rawFlow?: FlowValue;
  /** Inline code, for previews and `rawscript` steps. */
  rawCode?: string;
  rawLock?: string;
  timeoutSeconds?: number;
  /** Of inline code; a deployed script knows its own. */
  language?: string;
  /** A success is kept this long and given to the next job of the same code and arguments. */
  cacheTtlSeconds?: number;
  tag?: string;
  priority?: number;
  /** Run the script's `preprocessor` first, in the same process; what it returns becomes the arguments. */
  preprocess?: boolean;
  /** The preprocessor has run: `args` is what it returned. */
  preprocessed?: boolean;
  /** The arguments as they were before the preprocessor changed them. */
  requestArgs?: Record<string, unknown>;
  /** Of a hundred, as the script itself says. */
  progress?: number;
  /** The function to call instead of `main`. */
  entrypoint?: string;
  /** The schedule that pushed this job. */
  schedulePath?: string;
  /** Arguments, result and log are removed this long after the end. */
  deleteAfterSeconds?: number;
  /** Contents that stand in for deployed scripts while a preview runs: path to the hash of a stored text. */
  tempScripts?: Record<string, string>;
  /** The running job whose token pushed this one, if that was not its parent in a flow. */
  spawnedBy?: string;
  /** The job is not run: it fails with this message when its turn comes. */
  preRunError?: string;
  /** Ended without running, because a predicate said so. */
  skipped?: boolean;
  /** The flow with `same_worker` whose `./shared` this step, at any depth, has as its own. */
  sharedFolder?: string;
  /** How often it was started; more than once after the engine was killed. */
  attempts?: number;
};

/** What a job ends with. */
export type JobEnd = { success: boolean; result: unknown; skipped?: boolean };

/** Who takes a job: a worker, which gives it a process, or the coordinator, which only keeps books. */
export type Lane = "worker" | "coordinator";

/** Flows and identity steps take no worker's place, however long they last. */
export const usesWorker = ({ kind }: Pick<Job, "kind">): boolean =>
  kind !== "flow" && kind !== "flowpreview" && kind !== "singlestepflow" && kind !== "identity";

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
  /** Index into `modules`; -1 while the preprocessor runs, `modules.length` once the failure module runs or all is done. */
  step: number;
  modules: FlowStatusModule[];
  failure_module: FlowStatusModule & { parent_module?: string };
  preprocessor_module?: FlowStatusModule;
  retry: { fail_count: number; failed_jobs: string[] };
  user_states?: Record<string, unknown>;
  /** Who may resume the step that waits for events; whoever takes a resume checks it. */
  approval_conditions?: {
    user_auth_required: boolean;
    user_groups_required: string[];
    self_approval_disabled: boolean;
  };
  /** Not in Windmill, which passes it on in memory: a stop predicate ended this flow, so the loop around it ends too. */
  stop_early?: { skip: boolean };
};

export type FlowStatusModule = {
  type: "WaitingForPriorSteps" | "WaitingForEvents" | "WaitingForExecutor" | "InProgress" | "Success" | "Failure";
  id: string;
  /** The step's job; of a loop or branchall the latest one; all zeros when there was nothing to run. */
  job?: string;
  /** WaitingForEvents: how many resumes are needed, and until when (ISO; the moment is not in Windmill's shape). */
  count?: number;
  until?: string;
  /** Loops: the iteration at hand, or of a parallel loop how many have ended; `itered` while values are still needed. */
  iterator?: { index: number; itered_len: number; itered?: unknown[] };
  flow_jobs?: string[];
  flow_jobs_success?: (boolean | null)[];
  branch_chosen?: { type: "default" } | { type: "branch"; branch: number };
  branchall?: { branch: number; len: number };
  parallel?: boolean;
  while_loop?: boolean;
  approvers?: { resume_id: number; approver: string }[];
  failed_retries?: string[];
  skipped?: boolean;
};
