/** Who runs this, as Windmill tells every job. Outside of a job (tests, a laptop) the fields say so. */
export type Job = { id: string; actor: string };

export function currentJob(): Job {
  return { id: process.env.WM_JOB_ID || "no-job", actor: process.env.WM_USERNAME || "local" };
}
