import { closeSync, openSync } from "node:fs";
import { join } from "node:path";

export type ChildRun = {
  /** The job's folder, where it runs; its output goes to `output.log` there. */
  dir: string;
  command: string[];
  environment: Record<string, string>;
  timeoutSeconds?: number | undefined;
  /** Kills the process. */
  signal: AbortSignal;
  started: (pid: number) => void;
};

/** Runs a job's process to its end. It has a process group of its own, so that what it started ends with it. */
export async function runChild(run: ChildRun): Promise<{ exitCode: number; timedOut: boolean }> {
  const log = openSync(join(run.dir, "output.log"), "a", 0o600);
  let timedOut = false;
  const child = Bun.spawn(run.command, {
    cwd: run.dir,
    env: run.environment,
    stdin: "ignore",
    stdout: log,
    stderr: log,
    detached: true,
  });
  closeSync(log);
  run.started(child.pid);
  const kill = () => killGroup(child.pid);
  const timer = run.timeoutSeconds
    ? setTimeout(() => {
        timedOut = true;
        kill();
      }, run.timeoutSeconds * 1000)
    : undefined;
  if (run.signal.aborted) kill();
  run.signal.addEventListener("abort", kill, { once: true });
  try {
    const exitCode = await child.exited;
    return { exitCode, timedOut };
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener("abort", kill);
    // A script may leave processes behind that it started; nothing of a job outlives it.
    kill();
  }
}

/** Kills everything in the process group that a job's process leads, whether or not the process itself is still there. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // Nobody is left in it.
  }
}
