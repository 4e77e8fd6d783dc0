import { randomUUID } from "node:crypto";
import { type Evaluate, loadEvaluator } from "../../../../scripts/engine/flows/expressions.ts";
import type { ChildJob, FlowHost, FlowRunner, Resume } from "../../../../scripts/engine/flows/host.ts";
import { createFlowRunner } from "../../../../scripts/engine/flows/runner.ts";
import type { FlowValue, Job } from "../../../../scripts/engine/jobs/job.ts";

/** Stands for a script: gets the arguments, returns the result or throws. Inline code names one of these. */
export type Script = (args: Record<string, unknown>, call: { attempt: number }) => unknown;

export type WorldParts = {
  scripts?: Record<string, Script>;
  flows?: Record<string, FlowValue>;
  variables?: Record<string, string>;
  resources?: Record<string, unknown>;
  /** The runner dies in the middle of this call of its host, as if the engine had been killed; the next one takes over. */
  crashAt?: number;
  /** Every call goes to a new runner. */
  forgetful?: boolean;
};

export class Crash extends Error {}

let evaluate: Evaluate | undefined;

/**
 * An engine in memory: rows, a queue with one worker, and a clock that jumps to the next moment at which something is
 * due. What it keeps is only rows, as the real one does, so a runner that is dropped has lost nothing that counts.
 */
export async function createWorld(parts: WorldParts = {}) {
  evaluate ??= await loadEvaluator();
  let rows = new Map<string, Job & { preRunError?: string }>();
  let wakeups: { id: string; at: Date }[] = [];
  let now = new Date("2026-01-01T00:00:00.000Z");
  let calls = 0;
  let runner: FlowRunner;
  const resumes: (Resume & { job: string })[] = [];
  const log: { script: string; args: Record<string, unknown>; at: number }[] = [];
  const logs: string[] = [];

  const host: FlowHost = {
    transaction(work) {
      const before = structuredClone({ rows, wakeups });
      try {
        return work();
      } catch (error) {
        ({ rows, wakeups } = before);
        throw error;
      }
    },
    getJob: (id) => structuredClone(rows.get(id)),
    pushChild: (parent, child) => insert(rowOf(child), parent),
    saveFlowStatus: (id, flowStatus) => update(id, { flowStatus: structuredClone(flowStatus) }),
    replaceArgs: (id, args) => update(id, { args, preprocessed: true }),
    completeFlow: (id, end) => finish(id, end),
    wakeAt: (id, at) => void wakeups.push({ id, at }),
    resumesOf: (ids) => resumes.filter(({ job }) => ids.includes(job)),
    variable: (path) => parts.variables?.[path],
    resource: (path) => parts.resources?.[path],
    appendLog: (_, text) => void logs.push(text),
    now: () => now,
  };

  function rowOf(child: ChildJob) {
    const { flowStepId, args, scheduledFor, timeoutSeconds, cacheTtlSeconds, deleteAfterSeconds, kind } = child;
    const settings = { scheduledFor, timeoutSeconds, cacheTtlSeconds, deleteAfterSeconds };
    const common = { flowStepId, args, kind, preRunError: child.preRunError, ...settings };
    if (child.kind === "identity") return { ...common, path: null };
    if (child.kind === "flow") return { ...common, path: child.path, rawFlow: deployed(parts.flows, child.path) };
    if (child.kind === "flowpreview") return { ...common, path: child.path, rawFlow: child.flow };
    if (child.kind === "script") deployed(parts.scripts, child.path);
    return {
      ...common,
      path: child.path,
      ...(child.kind === "preview" && { rawCode: child.code, language: child.language }),
      ...(child.entrypoint && { entrypoint: child.entrypoint }),
    };
  }

  function insert(row: Partial<Job> & Pick<Job, "kind" | "path" | "args">, parent?: Job): string {
    const id = randomUUID();
    rows.set(id, {
      workspace: "w",
      createdBy: "u",
      email: "u@x",
      permissionedAs: "u/u",
      createdAt: now,
      ...(parent && { parentJob: parent.id, rootJob: parent.rootJob ?? parent.id }),
      ...structuredClone(row),
      scheduledFor: row.scheduledFor ?? now,
      id,
    });
    return id;
  }

  function update(id: string, change: Partial<Job>): void {
    rows.set(id, { ...(rows.get(id) as Job), ...change });
  }

  function finish(id: string, end: { success: boolean; result: unknown; skipped?: boolean }): void {
    const job = rows.get(id) as Job;
    if (job.completedAt) throw new Error("a job ends once");
    update(id, { ...end, completedAt: now });
    const parent = job.parentJob ? rows.get(job.parentJob) : undefined;
    if (parent && !parent.completedAt) runner.childrenDone(parent, [rows.get(id) as Job]);
  }

  /** Every call of the host counts; the one whose turn it is ends this runner. */
  function mortal(): FlowHost {
    let dead = false;
    const guard = (work: () => unknown) => {
      if (++calls === parts.crashAt) dead = true;
      if (dead) throw new Crash();
      return work();
    };
    return new Proxy(host, {
      get:
        (target, name: keyof FlowHost) =>
        (...args: unknown[]) =>
          guard(() => (target[name] as (...args: unknown[]) => unknown)(...args)),
    });
  }

  async function restart(): Promise<void> {
    const before = calls;
    calls = Number.NEGATIVE_INFINITY;
    runner = createFlowRunner(mortal(), async () => evaluate as Evaluate);
    runner.wake({ id: "no such job, only to have everything loaded" } as Job);
    await new Promise((resolve) => setImmediate(resolve));
    calls = before;
  }

  /** Calls the runner; when it dies, a new one is woken for every flow at work, as after a restart of the engine. */
  async function call(what: () => void): Promise<void> {
    try {
      what();
      if (parts.forgetful) await restart();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      await restart();
      for (const job of [...rows.values()]) if (job.rawFlow && job.startedAt && !job.completedAt) runner.wake(job);
    }
  }

  function run(job: Job & { preRunError?: string }): { success: boolean; result: unknown } {
    const fail = (name: string, message: string) => ({
      success: false,
      result: { error: { name, message, ...(job.flowStepId && { step_id: job.flowStepId }) } },
    });
    if (job.preRunError) return fail("ExecutionErr", job.preRunError);
    if (job.kind === "identity") return { success: true, result: job.args.previous_result ?? null };
    const script = job.rawCode ?? (job.path as string);
    log.push({ script, args: job.args, at: now.getTime() });
    const attempt = log.filter((one) => one.script === script).length;
    try {
      const result = deployed(parts.scripts, script)(structuredClone(job.args), { attempt });
      return { success: true, result: result === undefined ? null : result };
    } catch (error) {
      return fail((error as Error).name, (error as Error).message);
    }
  }

  async function work(): Promise<boolean> {
    const waiting = [...rows.values()].filter((job) => !job.startedAt);
    const due = waiting.find((job) => job.scheduledFor <= now);
    if (due) {
      update(due.id, { startedAt: now });
      if (due.rawFlow) await call(() => runner.begin(rows.get(due.id) as Job));
      else {
        const end = run(due);
        await call(() => finish(due.id, end));
      }
      return true;
    }
    const ring = wakeups.find(({ at }) => at <= now);
    if (ring) {
      wakeups = wakeups.filter((one) => one !== ring);
      const flow = rows.get(ring.id);
      if (flow && !flow.completedAt) await call(() => runner.wake(flow));
      return true;
    }
    const moments = [...waiting.map((job) => job.scheduledFor), ...wakeups.map(({ at }) => at)];
    if (moments.length === 0) return false;
    now = new Date(Math.min(...moments.map((at) => at.getTime())));
    return true;
  }

  await restart();
  return {
    /** Queues a flow that is deployed, or with `kind: "flowpreview"` one that is not. */
    push: (rawFlow: FlowValue, args: Record<string, unknown> = {}, kind: "flow" | "flowpreview" = "flow") =>
      insert({ kind, path: "f/flow", args, rawFlow }),
    /** Works until nothing is due, now or later; `until` stops it before. */
    async settle(until: () => boolean = () => false): Promise<void> {
      while (!until() && (await work()));
    },
    async resume(job: string, resume: Partial<Resume> = {}): Promise<void> {
      resumes.push({ job, resumeId: resumes.length, value: null, approved: true, ...resume });
      const row = rows.get(job) as Job;
      const flow = row.rawFlow && !row.flowStepId ? row : (rows.get(row.parentJob as string) as Job);
      await call(() => runner.wake(flow));
    },
    host,
    job: (id: string) => rows.get(id) as Job,
    jobs: () => [...rows.values()],
    /** Which scripts ran, with what, in order. */
    log,
    logs,
    /** How often the runner has called its host. */
    calls: () => calls,
    call: (what: (runner: FlowRunner) => void) => call(() => what(runner)),
  };
}

function deployed<T>(items: Record<string, T> | undefined, path: string): T {
  const item = items?.[path];
  if (item === undefined) throw new Error(`Not found: script not found at name ${path}`);
  return item;
}
