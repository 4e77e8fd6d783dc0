import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Callers } from "../callers.ts";
import { signatureOf } from "../parser.ts";
import type { JobStore } from "../store/jobs.ts";
import type { Logs } from "../store/logs.ts";
import type { Bundler } from "./bundle.ts";
import { runChild } from "./child.ts";
import { contextualOf, environmentOf } from "./environment.ts";
import { failure } from "./failures.ts";
import { interpolateArguments, type Values } from "./interpolate.ts";
import type { Job, JobEnd } from "./job.ts";
import { runtimeOf } from "./languages.ts";
import { withStream } from "./result_stream.ts";
import { RUNTIMES, type Runtime } from "./runtimes.ts";
import { placeShared } from "./shared_folder.ts";
import type { Code, Sources } from "./sources.ts";

export type WorkerParts = {
  jobs: JobStore;
  logs: Logs;
  callers: Callers;
  bundler: Bundler;
  values: Pick<Values, "variable" | "resource">;
  /** The code a job runs; throws when it is gone. */
  codeOf: (job: Job) => Code;
  sourcesOf: (job: Job, code: Code) => Sources;
  dataDir: string;
  /** A folder with the `node_modules` that Deno scripts import from. */
  modules: string;
  baseUrl: () => string;
};

/** Runs each job like a Windmill worker: a fresh folder, a process of its own, an environment of its own. */
export function createWorker(parts: WorkerParts): (job: Job, signal: AbortSignal) => Promise<JobEnd> {
  return async (job, signal) => {
    const dir = join(parts.dataDir, "jobs", job.id);
    const { email, createdBy, permissionedAs } = job;
    const username = permissionedAs.replace(/^u\//, "") || createdBy;
    const token = parts.callers.issue({ email, username, permissionedAs }, job.id);
    try {
      const code = parts.codeOf(job);
      const runtime = RUNTIMES[runtimeOf(code.language, code.content)];
      parts.logs.append(
        job.id,
        `job=${job.id} tag=${job.tag ?? runtime.tag} worker=local hostname=localhost isolation=none\n`,
      );
      const { environment, command } = await prepare(job, code, dir, token, runtime);
      parts.logs.append(job.id, `\n\n--- ${runtime.title} EXECUTION ---\n`);
      parts.logs.follow(job.id, join(dir, "output.log"));
      const outcome = await runChild({
        dir,
        environment,
        command,
        timeoutSeconds: job.timeoutSeconds,
        signal,
        started: (pid) => parts.jobs.setPid(job.id, pid),
      });
      parts.logs.keep(job.id);
      if (job.preprocess && outcome.exitCode === 0) keepPreprocessed(job, dir);
      const end = endOf(job, outcome, dir, runtime.called, () => parts.logs.read(job.id));
      return end.success ? { ...end, result: withStream(end.result, parts.logs.stream(job.id)) } : end;
    } catch (error) {
      const message = `execution error:\n${error instanceof Error ? error.message : String(error)}`;
      parts.logs.append(job.id, `\n${message}\n`);
      return { success: false, result: failure("ExecutionErr", message, step(job)) };
    } finally {
      parts.callers.revoke(token);
      rmSync(dir, { recursive: true, force: true });
    }
  };

  async function prepare(job: Job, code: Code, dir: string, token: string, runtime: Runtime) {
    const flowPath = job.flowStepId && job.parentJob ? (parts.jobs.find(job.parentJob)?.path ?? undefined) : undefined;
    const baseUrl = parts.baseUrl();
    const context = contextualOf(job, { token, baseUrl, flowPath });
    const args = interpolateArguments(job.args, { ...parts.values, contextual: (name) => context[name] });
    mkdirSync(dir, { recursive: true });
    placeShared(parts.dataDir, job, dir);
    const write = (name: string, text: string) => writeFileSync(join(dir, name), text, { mode: 0o600 });
    write("args.json", JSON.stringify(args));
    write("result.json", "");
    write("package.json", '{"type":"module"}');
    const preprocessor = job.preprocess ? signatureOf(code.content, "preprocessor") : undefined;
    const entrypoint = job.entrypoint ?? "main";
    const main = signatureOf(code.content, entrypoint);
    const sources = parts.sourcesOf(job, code);
    const command = await runtime.layOut({ ...parts, dir, sources, main, preprocessor, entrypoint });
    const environment = environmentOf({
      job,
      token,
      baseUrl,
      dataDir: parts.dataDir,
      ...(flowPath ? { flowPath } : {}),
    });
    return { command, environment: runtime.environment(environment, parts.dataDir, baseUrl) };
  }

  /** The arguments of the job are now what its preprocessor made of the request; of a failed job they stay the request. */
  function keepPreprocessed(job: Job, dir: string): void {
    const file = join(dir, "preprocessed.json");
    if (!existsSync(file)) return;
    const args = JSON.parse(readFileSync(file, "utf8")) as Job["args"] | null;
    parts.jobs.update(job.id, { args: args ?? {}, requestArgs: job.args, preprocessed: true });
  }
}

const step = (job: Job) => (job.flowStepId ? { step_id: job.flowStepId } : {});

type Outcome = Awaited<ReturnType<typeof runChild>>;

function endOf(job: Job, { exitCode, timedOut }: Outcome, dir: string, called: string, log: () => string): JobEnd {
  if (timedOut) {
    const message =
      "execution error:\njob process terminated due to timeout after exceeding job-specific duration limit";
    return { success: false, result: failure("ExecutionErr", message, step(job)) };
  }
  const text = readFileSync(join(dir, "result.json"), "utf8");
  if (exitCode === 0) return { success: true, result: text === "" ? null : (JSON.parse(text) as unknown) };
  if (text !== "") return { success: false, result: { error: JSON.parse(text) as unknown } };
  const message = `exit code for "${called}": ${exitCode}, last log lines:\n${log().slice(-600).split("EXECUTION ---").at(-1)}`;
  return { success: false, result: failure("ExecutionErr", message, { exit_code: exitCode, ...step(job) }) };
}
