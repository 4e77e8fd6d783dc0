/** What the page reads of the API's answers; the modules in `assets/` are checked against these. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type Schema = {
  type?: string | string[];
  format?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  pattern?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  order?: string[];
};

/** A script or a flow, as its list shows it. */
export type Runnable = {
  path: string;
  summary?: string;
  description?: string;
  schema?: Schema | null;
  kind: "script" | "flow";
};

export type Slot = {
  id?: string;
  type: string;
  job?: string;
  count?: number;
  until?: string;
  iterator?: { index: number; itered_len: number };
  flow_jobs?: string[];
  flow_jobs_success?: (boolean | null)[];
  branch_chosen?: { type: string; branch?: number };
  branchall?: { branch: number; len: number };
  failed_retries?: string[];
  skipped?: boolean;
};

export type FlowStatus = {
  step: number;
  modules: Slot[];
  failure_module?: Slot;
  preprocessor_module?: Slot;
};

export type Module = {
  id: string;
  summary?: string;
  value: {
    type: string;
    path?: string;
    modules?: Module[];
    branches?: { summary?: string; expr?: string; modules: Module[] }[];
    default?: Module[];
    parallel?: boolean;
  };
  suspend?: { required_events?: number; resume_form?: { schema?: Schema }; hide_cancel?: boolean } | null;
};

export type FlowValue = { modules: Module[]; failure_module?: Module; preprocessor_module?: Module };

export type Job = {
  type: "QueuedJob" | "CompletedJob";
  id: string;
  script_path?: string;
  job_kind: string;
  created_by: string;
  created_at: string;
  scheduled_for: string;
  started_at?: string;
  completed_at?: string;
  duration_ms?: number;
  running?: boolean;
  success?: boolean;
  is_skipped?: boolean;
  canceled: boolean;
  canceled_by?: string;
  canceled_reason?: string;
  parent_job?: string;
  root_job?: string;
  flow_step_id?: string;
  schedule_path?: string;
  tag?: string;
  args?: Record<string, unknown>;
  result?: unknown;
  logs?: string;
  flow_status?: FlowStatus;
  raw_flow?: FlowValue;
};

export type Update = {
  type: string;
  new_logs?: string;
  log_offset?: number;
  new_result_stream?: string;
  stream_offset?: number;
  progress?: number;
  running?: boolean;
  completed?: boolean;
  job?: Job;
};

/** Where a step stands, as the graph shows it. */
export type State = "waiting" | "running" | "approval" | "succeeded" | "failed" | "skipped";

export type StepState = {
  state: State;
  /** The job to open for the step. */
  job?: string;
  /** Of a loop or of branches that all run: one job per iteration or branch. */
  jobs?: { id: string; state: State }[];
  /** Of a loop: the iteration whose steps are shown. */
  shown?: string;
  /** Of a loop: how many iterations there are; unknown for a while loop. */
  count?: number;
  /** Of branches of which one runs: its index, -1 for the default. */
  chosen?: number;
  note?: string;
};

export type Api = {
  workspace: string;
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  post(path: string, body: unknown): Promise<string>;
  follow(id: string, onUpdate: (update: Update) => void, signal: AbortSignal): Promise<void>;
};

/** What every view gets: the API, where to draw, and the signal that it was left. */
export type Scene = {
  api: Api;
  outlet: HTMLElement;
  signal: AbortSignal;
  runnables(): Promise<Runnable[]>;
};
