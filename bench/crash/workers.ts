import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { TestEngine } from "../../tests/support/engine.ts";
import type { Task } from "./worker.ts";

export type Workers = ReturnType<typeof startWorkers>;
type Worker = { child: Bun.Subprocess<"pipe", "pipe", "pipe">; lines: ReadableStreamDefaultReader<Uint8Array> };

/** Processes that stand ready, so that a kill falls into the work and not into its start; each does one task. */
export function startWorkers({ url, token, workspace }: TestEngine, dir: string, ready: number) {
  const program = join(dir, "worker.js");
  const build = ["build", `${import.meta.dirname}/worker.ts`, "--target=bun", `--outfile=${program}`];
  execFileSync(process.execPath, build, { stdio: "ignore" });
  const env = { PATH: process.env.PATH, BASE_URL: url, WM_TOKEN: token, WM_WORKSPACE: workspace };
  const hire = async (): Promise<Worker> => {
    const child = Bun.spawn([process.execPath, program], {
      ...{ env, stdin: "pipe" as const, stdout: "pipe" as const, stderr: "pipe" as const },
    });
    const lines = child.stdout.getReader();
    await lines.read();
    return { child, lines };
  };
  const waiting = Array.from({ length: ready }, hire);
  const begin = async (task: Task): Promise<Worker> => {
    waiting.push(hire());
    const worker = await (waiting.shift() as Promise<Worker>);
    worker.child.stdin.write(JSON.stringify(task));
    worker.child.stdin.end();
    return worker;
  };
  return {
    /** Does a task to its end; how long that took, in milliseconds. Throws what the worker says when it fails. */
    async finish(task: Task): Promise<number> {
      const { child } = await begin(task);
      const start = performance.now();
      if ((await child.exited) !== 0) {
        throw new Error(`${task.work} of ${task.project} failed: ${await new Response(child.stderr).text()}`);
      }
      return performance.now() - start;
    },
    /** Begins a task and kills its process with SIGKILL after so long; false when it was done before. */
    async kill(task: Task, afterMs: number): Promise<boolean> {
      const { child } = await begin(task);
      const timer = setTimeout(() => child.kill("SIGKILL"), afterMs);
      await child.exited;
      clearTimeout(timer);
      return child.signalCode === "SIGKILL";
    },
    async stop(): Promise<void> {
      for (const { child } of await Promise.all(waiting)) child.kill("SIGKILL");
    },
  };
}
