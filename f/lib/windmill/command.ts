import { JobService } from "windmill-client";

/**
 * When the flow or script was called that this job is a part of, to say how long its caller waited. Nothing outside of a
 * job, or when Windmill cannot say: a time that is missing must not stop the work.
 */
export async function commandedAt(): Promise<Date | undefined> {
  const workspace = process.env.WM_WORKSPACE;
  const id = process.env.WM_ROOT_FLOW_JOB_ID || process.env.WM_JOB_ID;
  if (!workspace || !id) return undefined;
  try {
    const { created_at } = await JobService.getJob({ workspace, id, noCode: true, noLogs: true });
    return created_at ? new Date(created_at) : undefined;
  } catch {
    console.warn(`Windmill does not say when job ${id} was called`);
    return undefined;
  }
}
