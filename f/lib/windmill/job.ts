/** Who runs this, as Windmill tells every job. Outside of a job (tests, a laptop) the fields say so. */
export type Job = { id: string; actor: string };

/** Windmill sets what does not apply to an empty string, never leaves it out; hence `||`. */
export function currentJob(): Job {
  return { id: process.env.WM_JOB_ID || "no-job", actor: process.env.WM_USERNAME || "local" };
}
