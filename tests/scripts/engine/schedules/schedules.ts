import type { TestEngine } from "../../../support/engine.ts";

export type ShownJob = {
  id: string;
  type: "QueuedJob" | "CompletedJob";
  job_kind: string;
  script_path: string;
  scheduled_for: string;
  started_at: string;
  completed_at: string;
  success?: boolean;
  is_skipped?: boolean;
};

/** What specifications of schedules ask an engine for. */
export function schedulesOf(engine: () => TestEngine) {
  let made = 0;
  const get = async (path: string) => (await engine().api(path)).json();
  const jobs = async (schedule: string, options = "") =>
    (await get(`/w/{w}/jobs/list?per_page=100&has_null_parent=true&schedule_path=${schedule}${options}`)) as ShownJob[];
  return {
    get,
    jobs,
    async create(options: Record<string, unknown>): Promise<string> {
      const path = `f/test/schedule_${made++}`;
      const every = { schedule: "* * * * * *", timezone: "UTC", is_flow: false, enabled: true, cron_version: "v2" };
      await engine().create("schedules", { path, ...every, ...options });
      return path;
    },
    queued: async (schedule: string) => (await jobs(schedule, "&running=false")).filter(isQueued),
    done: async (schedule: string) => (await jobs(schedule)).filter((job) => job.type === "CompletedJob"),
    result: (id: string | undefined) => get(`/w/{w}/jobs_u/completed/get_result/${id}`),
    log: async (id: string | undefined) => (await engine().api(`/w/{w}/jobs_u/get_logs/${id}`)).text(),
    async setEnabled(path: string, enabled: boolean) {
      const body = JSON.stringify({ enabled });
      return (await engine().api(`/w/{w}/schedules/setenabled/${path}`, { method: "POST", body })).text();
    },
    async remove(path: string) {
      return (await engine().api(`/w/{w}/schedules/delete/${path}`, { method: "DELETE" })).text();
    },
  };
}

const isQueued = (job: ShownJob) => job.type === "QueuedJob";

/** A cron expression for one second of one day, in UTC. */
export const atSecond = (time: Date): string =>
  [time.getUTCSeconds(), time.getUTCMinutes(), time.getUTCHours(), time.getUTCDate(), time.getUTCMonth() + 1, "*"].join(
    " ",
  );
