import { ADMIN } from "../callers.ts";
import type { Engine } from "../engine.ts";
import { badRequest } from "../errors.ts";
import type { Job } from "../jobs/job.ts";
import type { NewJob } from "../jobs/queue.ts";
import { flowRunnable, scriptRunnable, startedBy } from "../jobs/runnable.ts";
import type { Doc, Item } from "../store/items.ts";
import { singleStepFlow } from "../triggers/single_step_flow.ts";
import { parseCron } from "./cron.ts";
import { pushErrorHandler } from "./error_handler.ts";
import { nextTime } from "./next.ts";

/** Runs scripts and flows on schedule. The next run of each schedule is a job in the queue that waits for its time. */
export type Scheduler = {
  /** A schedule was made, changed, removed, switched on or off: what is queued for it is made anew. */
  changed(path: string): void;
  /** A flow of a schedule begins: the next one is due whether or not this one has ended by then. */
  began(job: Job): void;
  /** A job of a schedule has ended: its error handler hears of a failure, and the next run is queued. */
  ended(job: Job): void;
  /** Sees to it that every schedule that is on has its next run. */
  start(): void;
};

export function createScheduler(engine: Engine): Scheduler {
  const find = (path: string) => engine.items.find("schedule", path);

  function plan(item: Item): void {
    if (engine.jobs.ofSchedule(item.path).some(({ startedAt }) => !startedAt)) return;
    const { doc, path } = item;
    const now = new Date(Math.max(Date.now(), Date.parse(String(doc.paused_until ?? "")) || 0));
    const at = nextTime(cronOf(doc), String(doc.timezone), now);
    if (!at) return;
    try {
      engine.queue.push({ ...runOf(engine, item), scheduledFor: at, schedulePath: path });
    } catch (error) {
      // Windmill switches a schedule off whose script is gone, and keeps the reason.
      const message = error instanceof Error ? error.message : String(error);
      engine.items.replace("schedule", path, { ...doc, enabled: false, error: message }, item.editedBy);
    }
  }

  const waitsForEnd = (job: Job, doc: Doc) => job.kind !== "flow" || doc.no_flow_overlap === true;

  return {
    changed(path) {
      for (const job of engine.jobs.ofSchedule(path)) if (!job.startedAt) engine.jobs.forget(job.id);
      const item = find(path);
      if (item && isOn(item)) plan(item);
    },
    began(job) {
      const item = job.schedulePath ? find(job.schedulePath) : undefined;
      if (item && isOn(item) && !job.parentJob && !waitsForEnd(job, item.doc)) plan(item);
    },
    ended(job) {
      const item = job.schedulePath && !job.parentJob ? find(job.schedulePath) : undefined;
      if (!item || item.doc.script_path !== job.path) return;
      if (!job.success && typeof item.doc.on_failure === "string") pushErrorHandler(engine, job, item);
      if (isOn(item)) plan(item);
    },
    start() {
      for (const item of engine.items.list("schedule")) {
        const isUnderWay = engine.jobs.ofSchedule(item.path).length > 0;
        if (isOn(item) && !isUnderWay) plan(item);
      }
    },
  };
}

const isOn = ({ doc }: Item) => doc.enabled !== false;

const cronOf = (doc: Doc) => parseCron(String(doc.schedule), doc.cron_version === "v1" ? "v1" : "v2");

function runOf(engine: Engine, { path, doc, editedBy }: Item): NewJob {
  const target = String(doc.script_path);
  const runnable = doc.is_flow === true ? flowRunnable(engine, target) : scriptRunnable(engine, { path: target });
  const job: NewJob = {
    ...startedBy(runnable, false),
    workspace: engine.settings.workspace,
    createdBy: `schedule-${path.replaceAll("/", "-")}`,
    email: ADMIN.email,
    permissionedAs: `u/${editedBy}`,
    args: (doc.args as Job["args"] | undefined) ?? {},
    ...(typeof doc.tag === "string" ? { tag: doc.tag } : {}),
  };
  return doc.retry && doc.is_flow !== true ? singleStepFlow(job, doc.retry) : job;
}

/** Refuses what Windmill's community edition refuses, and times that never come. */
export function checkSchedule(doc: Doc): void {
  const cron = cronOf(doc);
  if (!nextTime(cron, String(doc.timezone), new Date())) throw badRequest("the schedule never comes");
  if (doc.on_success || doc.on_recovery)
    throw badRequest("on_success and on_recovery are only available in enterprise");
  if (Number(doc.on_failure_times ?? 1) > 1 || doc.on_failure_exact === true)
    throw badRequest("on_failure_times greater than 1 is only available in enterprise");
}
