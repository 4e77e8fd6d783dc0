import { MetricsService } from "windmill-client";

/** How far work is: called after each part that is done. */
export type Progress = (done: number, total: number) => Promise<void>;

export const untold: Progress = async () => {};

/** Shows how far the running job is, on Windmill's pages and to whoever asks for it. Work goes on when that fails. */
export const showProgress: Progress = async (done, total) => {
  const { WM_WORKSPACE: workspace = "", WM_JOB_ID: id, WM_FLOW_JOB_ID: flow } = process.env;
  if (!id) return; // not a job
  const requestBody = { percent: Math.floor((100 * done) / total), ...(flow ? { flow_job_id: flow } : {}) };
  await MetricsService.setJobProgress({ workspace, id, requestBody }).catch((error: unknown) =>
    console.warn("the progress could not be shown", error),
  );
};
