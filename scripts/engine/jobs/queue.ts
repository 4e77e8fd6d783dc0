import type { FlowRunner } from "../flows/host.ts";
import { initialStatus } from "../flows/status.ts";
import type { JobStore } from "../store/jobs.ts";
import type { Logs } from "../store/logs.ts";
import type { Wakeups } from "../store/wakeups.ts";
import { canceledResult, preRunFailure, retagged } from "./failures.ts";
import { type Job, type JobEnd, usesWorker } from "./job.ts";

export type NewJob = Omit<Job, "id" | "createdAt" | "scheduledFor"> & { id?: string; scheduledFor?: Date };

export type Queue = {
  push(job: NewJob): Job;
  /** The job once it has ended; at once when it already has. */
  ended(id: string): Promise<Job>;
  /** Ends a job that does not run in a process: a flow, or one that was canceled before it began. */
  complete(id: string, end: JobEnd): void;
  /** Ends a queued job or a flow with everything below it, kills a running one. False when it had ended before. */
  cancel(id: string, by: string, reason: string): boolean;
  /** Tells a flow that something happened that it may be waiting for. */
  wake(id: string): void;
  /** Looks for work; anything that may have made a job ready calls it. */
  look(): void;
  /** Takes up what an earlier process left, then starts working. */
  start(): void;
  /** Starts nothing new and waits for running processes, but not longer than that; then they are killed. */
  stop(graceSeconds: number): Promise<void>;
  counts(): { running: number; workers: number };
};

export type QueueParts = {
  jobs: JobStore;
  logs: Logs;
  wakeups: Wakeups;
  workers: number;
  flows: () => FlowRunner;
  /** Runs a job in a process of its own and never throws. */
  execute: (job: Job, signal: AbortSignal) => Promise<JobEnd>;
};

type Running = { abort: AbortController; done: Promise<void> };

export function createQueue(parts: QueueParts): Queue {
  const { jobs, wakeups } = parts;
  const running = new Map<string, Running>();
  const waiting = new Map<string, Array<(job: Job) => void>>();
  /** Jobs that a running process has pushed and that have not ended: it may be waiting for them. */
  const spawned = new Map<string, Set<string>>();
  /** What flows have yet to be told. It need not outlive us: a restart wakes every flow, and its rows say the rest. */
  let news: Array<() => void> = [];
  let looking = false;
  let stopping = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  /** A process that waits for another job gives its place away, or a full pool would wait for itself forever. */
  const places = () => parts.workers + [...running.keys()].filter((id) => spawned.has(id)).length - running.size;

  function push(request: NewJob): Job {
    const now = new Date();
    const job: Job = {
      // Whoever follows a flow looks for its modules from the first moment.
      ...(request.rawFlow ? { flowStatus: initialStatus(request.rawFlow) } : {}),
      ...request,
      id: request.id ?? crypto.randomUUID(),
      createdAt: now,
      scheduledFor: request.scheduledFor ?? now,
    };
    jobs.insert(job);
    if (job.spawnedBy && running.has(job.spawnedBy)) {
      const below = spawned.get(job.spawnedBy) ?? new Set();
      spawned.set(job.spawnedBy, below.add(job.id));
    }
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
    const below = job.spawnedBy && spawned.get(job.spawnedBy);
    if (below && job.spawnedBy && below.delete(id) && below.size === 0) spawned.delete(job.spawnedBy);
    for (const resolve of waiting.get(id) ?? []) resolve(job);
    waiting.delete(id);
    if (job.parentJob) tell(job.parentJob, (flow) => parts.flows().childDone(flow, job));
  }

  function cancel(id: string, by: string, reason: string): boolean {
    const job = jobs.find(id);
    if (!job || job.completedAt) return false;
    jobs.update(id, { canceled: { by, reason } });
    const process = running.get(id);
    if (process) process.abort.abort();
    else {
      if (!usesWorker(job)) for (const child of jobs.unfinishedChildren(id)) cancel(child.id, by, reason);
      complete(id, { success: false, result: canceledResult(by, reason) });
    }
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
    tellFlows();
    const now = new Date();
    for (const job of jobs.due("coordinator", now, 100)) begin(job, now);
    const free = places();
    if (free > 0) for (const job of jobs.due("worker", now, free)) begin(job, now);
    if (news.length > 0 || jobs.due("coordinator", now, 1).length > 0) look();
    setTimer(now);
  }

  function tellFlows(): void {
    for (const id of wakeups.due(new Date())) {
      wakeups.forget(id);
      wake(id);
    }
    const told = news;
    news = [];
    for (const tell of told) tell();
  }

  function tell(id: string, what: (flow: Job) => void): void {
    const flow = jobs.find(id);
    if (flow && !usesWorker(flow) && !flow.completedAt) what(flow);
  }

  const wake = (id: string) => void news.push(() => tell(id, (flow) => parts.flows().wake(flow)));

  function begin(job: Job, now: Date): void {
    if (!jobs.start(job.id, now)) return;
    if (!usesWorker(job)) {
      if (job.preRunError) complete(job.id, { success: false, result: preRunFailure(job) });
      else if (job.kind === "identity") complete(job.id, { success: true, result: job.args.previous_result ?? null });
      else news.push(() => tell(job.id, (flow) => parts.flows().begin(flow)));
      return;
    }
    const abort = new AbortController();
    const done = parts
      .execute({ ...job, startedAt: now, attempts: (job.attempts ?? 0) + 1 }, abort.signal)
      .then((end) => {
        running.delete(job.id);
        spawned.delete(job.id);
        // What a stopping engine killed stays "running" in the store, and the next process starts it again.
        if (!(stopping && abort.signal.aborted)) complete(job.id, canceledEnd(jobs.find(job.id)) ?? end);
        look();
      });
    running.set(job.id, { abort, done });
  }

  function setTimer(now: Date): void {
    clearTimeout(timer);
    const next = [jobs.nextDue(now), wakeups.next()].filter((at) => at !== undefined).map((at) => at.getTime());
    if (next.length === 0) return;
    const delay = Math.min(...next) - Date.now();
    timer = setTimeout(look, Math.min(Math.max(delay, 1), 2 ** 31 - 1));
  }

  return {
    push,
    complete,
    cancel,
    look,
    wake(id) {
      wake(id);
      look();
    },
    ended(id) {
      const job = jobs.find(id);
      if (job?.completedAt) return Promise.resolve(job);
      return new Promise((resolve) => waiting.set(id, [...(waiting.get(id) ?? []), resolve]));
    },
    start() {
      for (const job of jobs.running()) if (!usesWorker(job)) wake(job.id);
      look();
    },
    async stop(graceSeconds) {
      stopping = true;
      clearTimeout(timer);
      const all = Promise.all([...running.values()].map((one) => one.done));
      await Promise.race([all, Bun.sleep(graceSeconds * 1000)]);
      for (const { abort } of running.values()) abort.abort();
      await all;
    },
    counts: () => ({ running: running.size, workers: parts.workers }),
  };
}

function canceledEnd(job: Job | undefined): JobEnd | undefined {
  return job?.canceled && { success: false, result: canceledResult(job.canceled.by, job.canceled.reason) };
}
