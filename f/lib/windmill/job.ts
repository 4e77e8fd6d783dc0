import { AsyncLocalStorage } from "node:async_hooks";

/** Who runs this, as Windmill tells every job. Outside of a job (tests, a laptop) the fields say so. */
export type Job = { id: string; actor: string };

const acting = new AsyncLocalStorage<string>();

/** Windmill sets what does not apply to an empty string, never leaves it out; hence `||`. */
export function currentJob(): Job {
  const actor = acting.getStore() ?? (process.env.WM_USERNAME || "local");
  return { id: process.env.WM_JOB_ID || "no-job", actor };
}

/** Does work for somebody whom Windmill does not know, such as the holder of an access key; audit rows then name them. */
export const actingAs = <T>(actor: string, work: () => Promise<T>): Promise<T> => acting.run(actor, work);
