import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { expect } from "vitest";

const REPOSITORY = resolve(import.meta.dirname, "../..");
const LAUNCHER = resolve(REPOSITORY, "scripts/run8n.mjs");
const BUN = resolve(REPOSITORY, "node_modules/.bin/bun");
const MAIN = resolve(REPOSITORY, "scripts/cli/main.ts");

export type Run = {
  code: number | null;
  stdout: string;
  stderr: string;
  /** The one document on standard output; fails the test when there is none or more. */
  // biome-ignore lint/suspicious/noExplicitAny: what the command answers, as the test expects it
  json: () => any;
};

export type RunOptions = { cwd?: string; env?: Record<string, string | undefined> };

/** Runs the command line without a terminal and without anything of this process's surroundings. */
export function run8n(args: string[], options: RunOptions = {}): Promise<Run> {
  return started([BUN, MAIN, ...args], options).ended;
}

/** The same through the launcher that npm links, for commands that stay: `stderr()` is what was said so far. */
export const startRun8n = (args: string[], options: RunOptions = {}) =>
  started([process.execPath, LAUNCHER, ...args], options);

function started([program, ...args]: [string, ...string[]], { cwd, env }: RunOptions) {
  const child = spawn(program, args, {
    cwd,
    env: { PATH: process.env.PATH, HOME: "/nonexistent", ...env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // a process group of its own, so that `crash` hits the launcher and what it launched
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const ended = new Promise<Run>((done) => {
    child.on("close", (code) => {
      const json = () => {
        expect(() => JSON.parse(stdout), `stdout is one JSON document:\n${stdout}\n${stderr}`).not.toThrow();
        return JSON.parse(stdout);
      };
      done({ code, stdout, stderr, json });
    });
  });
  const crash = () => process.kill(-(child.pid as number), "SIGKILL");
  return { child, ended, crash, stdout: () => stdout, stderr: () => stderr };
}
