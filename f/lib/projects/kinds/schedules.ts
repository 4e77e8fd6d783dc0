import { isDeepStrictEqual } from "node:util";
import { operate } from "../../operations/operate.ts";
import type { Schedule } from "../../windmill/schedules.ts";
import { scheduleOf, schedulePath } from "../schedules.ts";
import type { Finding, Kind, Target } from "./kind.ts";

/**
 * What runs by itself, of production only: a copy must not send the same mails again. Windmill runs it with the rights of
 * whoever applied the project, so a project's own scripts are as trusted as its operator: nothing else of run8n's lets
 * anybody write into the project's folder. Schedules there that no manifest ever named are left alone until the project ends.
 */
export const schedulesKind: Kind = {
  kind: "schedules",
  async plan({ workspace }, target) {
    const findings: Finding[] = [];
    for (const wanted of wantedOf(target)) {
      const why = gapOf(await workspace.getSchedule(wanted.path), wanted);
      const action = why === MISSING ? "create" : "update";
      if (why) findings.push({ action, what: `Schedule ${wanted.path}`, why, risk: "safe" });
    }
    for (const path of droppedOf(target)) {
      if (!(await workspace.getSchedule(path))) continue;
      findings.push({ action: "remove", what: `Schedule ${path}`, why: "run8n.json no longer names it", risk: "safe" });
    }
    return findings;
  },
  async apply({ sql, workspace }, target) {
    const { project } = target;
    const [wanted, dropped] = [wantedOf(target), droppedOf(target)];
    if (wanted.length + dropped.length === 0) return { status: "unchanged" };
    const asked = { project, kind: "schedules" };
    const operation = { sql, verb: "infra/projects/apply_project", project, arguments: asked };
    return operate(operation, async () => {
      const gaps: string[] = [];
      for (const one of wanted) {
        const gap = gapOf(await workspace.getSchedule(one.path), one);
        if (!gap) continue;
        await workspace.setSchedule(one);
        gaps.push(gap);
      }
      for (const path of dropped) {
        if (await workspace.getSchedule(path)) gaps.push("dropped");
        await workspace.deleteSchedule(path);
      }
      if (gaps.length === 0) return { status: "unchanged" };
      return { status: gaps.every((gap) => gap === MISSING) ? "created" : "updated" };
    });
  },
  /** They are paused, listed and dropped with the folder that they lie in. */
  list: async () => [],
};

const MISSING = "it does not exist";

const wantedOf = ({ project, manifest }: Target): Schedule[] =>
  manifest.schedules.map((entry) => scheduleOf(project, entry));

const droppedOf = ({ project, manifest, before }: Target): string[] =>
  (before?.schedules ?? [])
    .filter(({ name }) => !manifest.schedules.some((one) => one.name === name))
    .map(({ name }) => schedulePath(project, name));

/** What is wrong with a schedule, or nothing. */
function gapOf(found: Schedule | undefined, wanted: Schedule): string | undefined {
  if (!found) return MISSING;
  if (found.script !== wanted.script) return "it runs something else";
  if (found.cron !== wanted.cron || found.timezone !== wanted.timezone) return "it runs at other times";
  if (!isDeepStrictEqual(found.args, wanted.args)) return "its arguments are others";
  return found.enabled ? undefined : "it is paused";
}
