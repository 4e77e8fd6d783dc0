import type { FlowRunner } from "../flows/host.ts";
import { initialStatus } from "../flows/status.ts";
import type { JobStore } from "../store/jobs.ts";
import type { Wakeups } from "../store/wakeups.ts";
import { canceledResult, retagged } from "./failures.ts";
import { type Job, type JobEnd, usesWorker } from "./job.ts";
import type { Pool } from "./pool.ts";
import { createWaiting, type Waiting } from "./waiting.ts";

export type NewJob = Omit<Job, "id" | "createdAt" | "scheduledFor"> & { id?: string; scheduledFor?: Date };

export type Queue = Pick<Waiting, "endedWithin"> & {
  push(job: NewJob): Job;
  /** Ends a job that does not run in a process: a flow, or one that was canceled before it began. */
  complete(id: string, end: JobEnd): void;
  /** Ends a queued job or a flow with everything below it, kills a running one. False when it had ended before. */
  cancel(id: string, by: string, reason: string): boolean;
  /** Tells a flow that something happened that it may be waiting for. */
  wake(id: string): void;
  /** Looks for work; anything that may have made a job ready calls it. */
  look(): void;
  /** Wakes the flows that an earlier process left, then starts working. */
  start(): void;
  /** Starts nothing new, and waits for running processes as long as that. */
  stop(graceSeconds: number): Promise<void>;
};

export type QueueParts = {
  jobs: JobStore;
  wakeups: Wakeups;
  pool: Pool;
  flows: () => FlowRunner;
  /** How a job ends that need not run at all. */
  endWithoutRunning: (job: Job) => JobEnd | undefined;
  /** Hears of every flow that begins. */
  afterBegin: (job: Job) => void;
  /** Hears of every end, after everybody who waited for it. */
  afterEnd: (job: Job) => void;
};

export function createQueue({
  jobs,
  wakeups,
  pool,
  flows,
  endWithoutRunning,
  afterBegin,
  afterEnd,
}: QueueParts): Queue {
  const waiting = createWaiting(jobs.find);
  /** What is to be told. It need not outlive us: a restart wakes every flow, and the rows say the rest. */
  let news: Array<() => void> = [];
  /** Jobs that have ended since their flows were last told: a loop over thousands hears of many at once. */
  let ends = new Map<string, Job[]>();
  let looking = false;
  let stopping = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function push(request: NewJob): Job {
    const createdAt = new Date();
    const { id = crypto.randomUUID(), scheduledFor = createdAt } = request;
    // Whoever follows a flow looks for its modules from the first moment.
    const flowStatus = request.rawFlow ? { flowStatus: initialStatus(request.rawFlow) } : {};
    const job: Job = { ...flowStatus, ...request, id, createdAt, scheduledFor };
    jobs.insert(job);
    pool.pushed(job);
    look();
    return job;
  }

  function complete(id: string, end: JobEnd): void {
    if (!jobs.end(id, retagged(end), new Date())) return;
    news.push(() => announce(id));
    look();
  }

  /** Comes after the transaction in which the job ended, which may have been taken back. */
  function announce(id: string): void {
    const job = jobs.find(id);
    if (!job?.completedAt) return;
    wakeups.forget(id);
    pool.left(job);
    waiting.tell(job);
    if (job.parentJob) ends.set(job.parentJob, [...(ends.get(job.parentJob) ?? []), job]);
    afterEnd(job);
  }

  function cancel(id: string, by: string, reason: string): boolean {
    const job = jobs.find(id);
    if (!job || job.completedAt) return false;
    jobs.update(id, { canceled: { by, reason } });
    if (pool.kill(id)) return true;
    if (!usesWorker(job)) for (const child of jobs.unfinishedChildren(id)) cancel(child.id, by, reason);
    complete(id, { success: false, result: canceledResult(by, reason) });
    return true;
  }

  function look(): void {
    if (looking || stopping) return;
    looking = true;
    setImmediate(work);
  }

  function work(): void {
    looking = false;
    if (stopping) return;
    for (const id of wakeups.due(new Date())) wake(id);
    const told = news;
    news = [];
    for (const one of told) one();
    const ended = ends;
    ends = new Map();
    for (const [flow, children] of ended) tell(flow, (parent) => flows().childrenDone(parent, children));
    const now = new Date();
    const books = jobs.due("coordinator", now, 100);
    for (const job of books) begin(job, now);
    const places = pool.places();
    if (places > 0) for (const job of jobs.due("worker", now, places)) begin(job, now);
    if (news.length > 0 || books.length > 0) look();
    setTimer(now);
  }

  function tell(id: string, what: (flow: Job) => void): void {
    const flow = jobs.find(id);
    if (flow && !usesWorker(flow) && !flow.completedAt) what(flow);
  }

  function wake(id: string): void {
    wakeups.forget(id);
    news.push(() => tell(id, (flow) => flows().wake(flow)));
  }

  function begin(job: Job, now: Date): void {
    if (!jobs.start(job.id, now)) return;
    const end = endWithoutRunning(job);
    if (end) complete(job.id, end);
    else if (!usesWorker(job)) {
      news.push(() => tell(job.id, (flow) => flows().begin(flow)));
      afterBegin(job);
    } else
      pool.start({ ...job, startedAt: now }, (how, killedByStop) => {
        // What a stopping engine killed stays "running" in the store, and the next process starts it again.
        if (!killedByStop) complete(job.id, canceledEnd(jobs.find(job.id)) ?? how);
        look();
      });
  }

  function setTimer(now: Date): void {
    clearTimeout(timer);
    const next = [jobs.nextDue(now), wakeups.next()].filter((at) => at !== undefined).map((at) => at.getTime());
    if (next.length === 0) return;
    timer = setTimeout(look, Math.min(Math.max(Math.min(...next) - Date.now(), 1), MAX_TIMER_MS));
  }

  return {
    push,
    complete,
    cancel,
    look,
    endedWithin: waiting.endedWithin,
    wake(id) {
      wake(id);
      look();
    },
    start() {
      for (const job of jobs.running()) if (!usesWorker(job)) wake(job.id);
      look();
    },
    async stop(graceSeconds) {
      stopping = true;
      clearTimeout(timer);
      await pool.drain(graceSeconds);
    },
  };
}

/** The longest that a timer can wait. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function canceledEnd(job: Job | undefined): JobEnd | undefined {
  return job?.canceled && { success: false, result: canceledResult(job.canceled.by, job.canceled.reason) };
}
