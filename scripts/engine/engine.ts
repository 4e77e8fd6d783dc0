import type { Database } from "bun:sqlite";
import { type Callers, createCallers } from "./callers.ts";
import { createFlowHost } from "./flow_host.ts";
import type { FlowHost, FlowRunner } from "./flows/host.ts";
import { createFlowRunner } from "./flows/runner.ts";
import { createBundler } from "./jobs/bundle.ts";
import { codeOf, sourcesOf } from "./jobs/code.ts";
import { createLocker } from "./jobs/dependencies.ts";
import { endWithoutRunning } from "./jobs/failures.ts";
import { interpolateResource, type Values } from "./jobs/interpolate.ts";
import { createPool } from "./jobs/pool.ts";
import { createQueue, type Queue } from "./jobs/queue.ts";
import { recover } from "./jobs/recover.ts";
import { openResultCache } from "./jobs/result_cache.ts";
import { createRetention } from "./jobs/retention.ts";
import { removeShared } from "./jobs/shared_folder.ts";
import { createWorker } from "./jobs/worker.ts";
import { createScheduler, type Scheduler } from "./schedules/scheduler.ts";
import type { Settings } from "./settings.ts";
import { type Blobs, openBlobs } from "./store/blobs.ts";
import { openDatabase } from "./store/database.ts";
import { type FlowVersions, openFlowVersions } from "./store/flow_versions.ts";
import { type ItemStore, openItems } from "./store/items.ts";
import { type JobStore, openJobs } from "./store/jobs.ts";
import { type Logs, openLogs } from "./store/logs.ts";
import { openResumes, type Resumes } from "./store/resumes.ts";
import { openScripts, type ScriptStore } from "./store/scripts.ts";
import { openSecrets, type Secrets } from "./store/secrets.ts";
import { openTokens, type TokenStore } from "./store/tokens.ts";
import { openVariables, type Variables } from "./store/variables.ts";
import { openWakeups } from "./store/wakeups.ts";
import { handleFailedJob } from "./workspace/on_error.ts";
import { openWorkspaceSettings, type WorkspaceSettings } from "./workspace/settings.ts";

/** Everything an endpoint may reach. */
export type Engine = {
  settings: Settings;
  db: Database;
  secrets: Secrets;
  scripts: ScriptStore;
  items: ItemStore;
  flowVersions: FlowVersions;
  variables: Variables;
  tokens: TokenStore;
  callers: Callers;
  blobs: Blobs;
  jobs: JobStore;
  logs: Logs;
  resumes: Resumes;
  queue: Queue;
  workspaceSettings: WorkspaceSettings;
  scheduler: Scheduler;
  /** The engine as flows see it. */
  flowHost: FlowHost;
  /** A resource's value with its references filled in; undefined when there is no such resource. */
  resourceValue(path: string): unknown;
  /** Where jobs and users reach this engine; known once it listens. */
  baseUrl: string;
  start(): void;
  stop(): Promise<void>;
};

const STOP_GRACE_SECONDS = 3;

export function openEngine(settings: Settings): Engine {
  const db = openDatabase(settings.dataDir);
  const secrets = openSecrets(settings.dataDir);
  const items = openItems(db);
  const scripts = openScripts(db);
  const variables = openVariables(items, secrets);
  const tokens = openTokens(db);
  const callers = createCallers(settings.token, tokens);
  const blobs = openBlobs(db);
  const jobs = openJobs(db);
  const logs = openLogs(db);
  const wakeups = openWakeups(db);
  const resumes = openResumes(db);
  const values: Pick<Values, "variable" | "resource"> = {
    variable: (path) => variables.value(path),
    resource: (path) => items.find("resource", path)?.doc.value,
  };
  const lock = createLocker({
    modules: settings.modules,
    codeOf: (job) => codeOf(job, scripts),
    sourcesOf: (job, code) => sourcesOf(job, code, scripts, blobs),
    endLock: scripts.endLock,
  });
  const run = createWorker({
    jobs,
    logs,
    callers,
    values,
    bundler: createBundler(settings.bundles, settings.modules),
    codeOf: (job) => codeOf(job, scripts),
    sourcesOf: (job, code) => sourcesOf(job, code, scripts, blobs),
    dataDir: settings.dataDir,
    modules: settings.modules,
    baseUrl: () => engine.baseUrl,
  });
  let flows: FlowRunner | undefined;
  const cache = openResultCache(db);
  const retention = createRetention(db, jobs, logs);
  const queue = createQueue({
    jobs,
    wakeups,
    pool: createPool(settings.workers, (job, signal) =>
      job.kind === "dependencies" || job.kind === "flowdependencies" ? lock(job) : run(job, signal),
    ),
    flows() {
      flows ??= createFlowRunner(engine.flowHost);
      return flows;
    },
    endWithoutRunning: (job) => endWithoutRunning(job) ?? engine.scheduler.overlap(job) ?? cache.find(job),
    afterBegin: (job) => engine.scheduler.began(job),
    afterEnd(job) {
      engine.scheduler.ended(job);
      handleFailedJob(engine, job);
      cache.keep(job);
      removeShared(settings.dataDir, job);
      retention.ended(job);
    },
  });
  let flowHost: FlowHost | undefined;
  let scheduler: Scheduler | undefined;
  const engine: Engine = {
    settings,
    get scheduler() {
      scheduler ??= createScheduler(() => engine);
      return scheduler;
    },
    get flowHost() {
      flowHost ??= createFlowHost(engine, wakeups);
      return flowHost;
    },
    db,
    secrets,
    scripts,
    items,
    flowVersions: openFlowVersions(db),
    variables,
    tokens,
    callers,
    blobs,
    jobs,
    logs,
    resumes,
    queue,
    workspaceSettings: openWorkspaceSettings(db),
    resourceValue(path) {
      const value = values.resource(path);
      return value === undefined ? undefined : interpolateResource(value, { ...values, contextual: () => undefined });
    },
    baseUrl: "",
    start() {
      recover({ jobs, logs, dataDir: settings.dataDir });
      retention.start();
      engine.scheduler.start();
      queue.start();
    },
    async stop() {
      retention.stop();
      await queue.stop(STOP_GRACE_SECONDS);
      db.close();
    },
  };
  return engine;
}
