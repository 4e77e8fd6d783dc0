import { ScheduleService, ScriptService } from "windmill-client";
import { PreconditionError } from "../errors.ts";
import { asking } from "./asking.ts";

/** A script that runs by itself. */
export type Schedule = {
  /** Where the schedule lies, such as `f/project_shop/schedule_nightly`. */
  path: string;
  script: string;
  /** Six fields, the first of them seconds. */
  cron: string;
  timezone: string;
  args: Record<string, unknown>;
  enabled: boolean;
};

/** Schedules of one workspace, with the permissions of the running job; what they start has them too. */
export function jobSchedules(workspace: string) {
  const exists = (path: string) => asking("look for", path, () => ScheduleService.existsSchedule({ workspace, path }));
  const remove = async (path: string): Promise<void> => {
    if (await exists(path)) await asking("delete", path, () => ScheduleService.deleteSchedule({ workspace, path }));
  };
  const get = async (path: string): Promise<Schedule | undefined> => {
    if (!(await exists(path))) return undefined;
    const found = await asking("read", path, () => ScheduleService.getSchedule({ workspace, path }));
    const { script_path: script, schedule: cron, timezone, args, enabled } = found;
    return { path, script, cron, timezone, args: (args ?? {}) as Schedule["args"], enabled };
  };
  const enable = async (path: string, enabled: boolean): Promise<void> => {
    const requestBody = { enabled };
    await asking("switch", path, () => ScheduleService.setScheduleEnabled({ workspace, path, requestBody }));
  };
  return {
    getSchedule: get,
    async setSchedule({ path, script, cron, timezone, args, enabled }: Schedule) {
      const there = await asking("look for", script, () =>
        ScriptService.existsScriptByPath({ workspace, path: script }),
      );
      if (!there) throw noScript(script);
      const found = await get(path);
      // Windmill lets no schedule change what it runs.
      if (found && found.script !== script) await remove(path);
      const cadence = { schedule: cron, timezone, args, cron_version: "v2", no_flow_overlap: true };
      if (found?.script === script) {
        await asking("update", path, () => ScheduleService.updateSchedule({ workspace, path, requestBody: cadence }));
        if (found.enabled !== enabled) await enable(path, enabled);
        return;
      }
      const requestBody = { path, script_path: script, is_flow: false, enabled, ...cadence };
      await asking("create", path, () => ScheduleService.createSchedule({ workspace, requestBody }));
    },
    pauseSchedule: (path: string) => enable(path, false),
    deleteSchedule: remove,
  };
}

const noScript = (path: string): PreconditionError =>
  new PreconditionError(`There is no script ${path} to run by a schedule`, {
    hint: "Deploy the script first, then apply again.",
    details: { path },
  });
