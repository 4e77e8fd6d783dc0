import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { asAccount } from "./binaries.ts";

/** A server as data: how to start it, and how to see that it answers. */
export type Server = {
  name: string;
  argv: [string, ...string[]];
  cwd?: string;
  env?: Record<string, string>;
  /** The account it runs as when we are root: Postgres refuses to be root. */
  account?: string;
  /** What must be on disk before the first start; done again before each. */
  prepare?: (signal?: AbortSignal) => void | Promise<void>;
  ready: () => Promise<boolean>;
  /** SIGINT is Postgres's fast shutdown: it does not wait for clients to leave. */
  stopSignal?: NodeJS.Signals;
  /** How long it may take until it is ready; 60 unless said otherwise, for a machine that is busy. */
  startSeconds?: number;
};

export type Running = { name: string; pid: number; log: string; stop: () => Promise<void> };

/** A server that ended, or did not answer in time, with the end of what it said. */
export class StartError extends Error {
  override name = "StartError";
  readonly hint: string;

  constructor(server: string, failure: string, log: string) {
    super(`${server} did not start: it ${failure}\n${tail(log)}`.trimEnd());
    this.hint = `Read ${log}.`;
  }
}

/**
 * Starts a server with its output in `<dir>/<name>.log` and waits until it answers. It is not tied to our life:
 * `up --detach` leaves it running, and whoever started it stops it by its process id, which `onSpawn` hears of before
 * anything can go wrong.
 */
export async function startServer(server: Server, dir: string, onSpawn?: (pid: number) => void): Promise<Running> {
  mkdirSync(dir, { recursive: true });
  await server.prepare?.();
  const log = join(dir, `${server.name}.log`);
  const output = openSync(log, "a");
  const [command, ...args] = server.account ? asAccount(server.account, server.argv) : server.argv;
  const child = spawn(command, args, {
    cwd: server.cwd ?? dir,
    env: { PATH: process.env.PATH, HOME: dir, LANG: "C.UTF-8", ...server.env },
    stdio: ["ignore", output, output],
    detached: true,
  });
  closeSync(output);
  if (child.pid !== undefined) onSpawn?.(child.pid);
  let failure: string | undefined;
  child.on("error", (error) => {
    failure = error.message;
  });
  child.on("exit", (code, signal) => {
    failure ??= `ended with ${signal ?? `exit code ${code}`}`;
  });
  const deadline = Date.now() + (server.startSeconds ?? 60) * 1000;
  while (!failure && !(await server.ready().catch(() => false))) {
    if (Date.now() > deadline) failure = "did not answer in time";
    await sleep(20);
  }
  if (failure || child.pid === undefined) {
    if (child.pid !== undefined) await stopProcess(child.pid);
    throw new StartError(server.name, failure ?? "has no process", log);
  }
  child.unref();
  const { pid } = child;
  return { name: server.name, pid, log, stop: () => stopProcess(pid, server.stopSignal) };
}

/**
 * Asks a process to end, insists after ten seconds, and returns when it is gone, together with what it started: each
 * of our servers leads a process group of its own.
 */
export async function stopProcess(pid: number, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  if (!send(pid, signal)) return;
  const deadline = Date.now() + 10_000;
  while (isRunning(pid)) {
    if (Date.now() > deadline) send(pid, "SIGKILL");
    await sleep(20);
  }
  send(-pid, "SIGKILL");
}

/** True while the process exists and is more than a zombie that its parent has not yet collected. */
export function isRunning(pid: number): boolean {
  if (!send(pid, 0)) return false;
  const stat = `/proc/${pid}/stat`;
  if (!existsSync(stat)) return true;
  try {
    return !/\) Z /.test(readFileSync(stat, "utf8"));
  } catch {
    return false; // it ended between the two looks
  }
}

function send(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/**
 * A port that was free a moment ago; servers that cannot take port 0 get one this way. It lies below those that systems
 * give to outgoing connections: one of these could take it before the server does.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000);
    if (await canListen(port)) return port;
  }
}

/** Whether nobody listens on a port of 127.0.0.1. */
export function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

function tail(log: string): string {
  return readFileSync(log, "utf8").split("\n").slice(-15).join("\n");
}
