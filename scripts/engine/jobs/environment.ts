import type { Job } from "./job.ts";

export type EnvironmentOf = {
  job: Job;
  /** Path of the flow that the job is a step of. */
  flowPath?: string;
  token: string;
  baseUrl: string;
  dataDir: string;
};

/** What a worker passes on of its own environment; everything else of ours stays hidden from scripts. */
const PASSED_ON = [
  "PATH",
  "HOME",
  "TZ",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
];

/** The whole environment of a job's process. What does not apply is an empty string and never missing. */
export function environmentOf({ job, flowPath, token, baseUrl, dataDir }: EnvironmentOf): Record<string, string> {
  const username = job.permissionedAs.replace(/^u\//, "");
  const owner = job.schedulePath ? username : "user";
  const inFlow = job.flowStepId !== undefined;
  const statePath = inFlow && flowPath ? `${flowPath}/${job.flowStepId}_${owner}` : `${job.path ?? ""}/${owner}`;
  return {
    ...Object.fromEntries(PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    FORCE_COLOR: "1",
    DO_NOT_TRACK: "1",
    BUN_INSTALL_CACHE_DIR: `${dataDir}/cache`,
    BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0",
    BASE_URL: baseUrl,
    ...contextualOf(job, { token, baseUrl, flowPath }),
    WM_STATE_PATH: statePath,
  };
}

/** The variables that Windmill knows of a job, by name. */
export function contextualOf(
  job: Job,
  { token, baseUrl, flowPath }: { token: string; baseUrl: string; flowPath?: string | undefined },
): Record<string, string> {
  const inFlow = job.flowStepId !== undefined;
  return {
    WM_WORKSPACE: job.workspace,
    WM_TOKEN: token,
    WM_EMAIL: job.email,
    WM_USERNAME: job.permissionedAs.replace(/^u\//, ""),
    WM_BASE_URL: baseUrl,
    WM_JOB_ID: job.id,
    WM_JOB_PATH: job.path ?? "",
    WM_FLOW_JOB_ID: inFlow ? (job.parentJob ?? "") : "",
    WM_ROOT_FLOW_JOB_ID: inFlow ? (job.rootJob ?? job.parentJob ?? "") : "",
    WM_ROOT_JOB_ID: job.rootJob ?? "",
    WM_FLOW_PATH: flowPath ?? "",
    WM_SCHEDULE_PATH: job.schedulePath ?? "",
    WM_PERMISSIONED_AS: job.permissionedAs,
    WM_STATE_PATH: "",
    WM_FLOW_STEP_ID: job.flowStepId ?? "",
    WM_OBJECT_PATH: "",
    WM_WORKER_GROUP: "default",
    WM_RUNNABLE_ID: job.scriptHash ?? "",
    WM_SCHEDULED_FOR: job.scheduledFor.toISOString().replace(/\.\d+Z$/, "Z"),
    WM_END_USER_EMAIL: "",
    WM_TESTED_RUNNABLE: "",
  };
}
