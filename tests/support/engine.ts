import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters as plain } from "node:util";
import { NO_DEPENDENCIES } from "../../scripts/metadata/no_dependencies.ts";
import { freePort } from "../../scripts/stack/process.ts";

const REPOSITORY = resolve(import.meta.dirname, "../..");
const BIN = join(REPOSITORY, "node_modules/.bin");
const READY_SECONDS = 60;

export type EngineOptions = {
  workers?: number;
  /** A folder with `node_modules`; the repository's own unless said otherwise. */
  modules?: string;
  /** Where bundled scripts lie; all engines share a folder unless said otherwise. */
  bundles?: string;
  /** State of an earlier engine to go on with; it is kept when this engine stops. */
  dataDir?: string;
  /** A folder with the state that the engine begins with a copy of. */
  begin?: string;
  port?: number;
  /** How long a synchronous run may take. */
  waitLimitSeconds?: number;
};

type Cli = (args: string[], options: { cwd: string }) => Promise<{ code: number; stdout: string; stderr: string }>;

export type TestEngine = {
  url: string;
  token: string;
  workspace: string;
  dataDir: string;
  pid: number;
  /** Calls `<url>/api<path>` with the token; `{w}` in the path stands for the workspace. */
  api(path: string, init?: RequestInit): Promise<Response>;
  /**
   * Deploys a script without the CLI, with a lock that names no packages unless another is given; with an empty one it
   * waits until the engine has worked it out. Again with other code is a new version.
   */
  deploy(path: string, content: string, more?: Record<string, unknown>): Promise<void>;
  /** Creates an item such as `resources` or `http_triggers`; throws the engine's answer when it is refused. */
  create(family: string, item: Record<string, unknown>): Promise<void>;
  /** Runs a script and waits: the HTTP status and the parsed answer. */
  run(path: string, args?: Record<string, unknown>): Promise<{ status: number; body: unknown }>;
  /** The real CLI against this engine, in the given folder; its output comes without colours. Never throws: look at `code`. */
  wmill: Cli;
  /** The same with nothing but its arguments, so that it needs a profile; profiles lie in `dataDir`. */
  wmillWithProfile: Cli;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
  /** SIGKILL: what a crash looks like. The state stays for another engine with the same `dataDir`. */
  kill(): Promise<void>;
};

/** Starts the local engine as a process of its own, on a free port, with its state in a folder that goes away with it. */
export async function startEngine(options: EngineOptions = {}): Promise<TestEngine> {
  const { workers = 4, modules = REPOSITORY, waitLimitSeconds = 600 } = options;
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "run8n-engine-"));
  if (options.begin) cpSync(options.begin, dataDir, { recursive: true });
  const port = options.port ?? (await freePort());
  const workspace = "windmill_automations";
  const token = "test-token";
  const bundles = options.bundles ? { bundles: options.bundles } : {};
  const flags = { port, data: dataDir, workspace, workers, modules, ...bundles, "wait-limit": waitLimitSeconds };
  const child = spawn(
    join(BIN, "bun"),
    [
      join(REPOSITORY, "scripts/engine/main.ts"),
      ...Object.entries(flags).flatMap(([name, value]) => [`--${name}`, `${value}`]),
    ],
    {
      env: { PATH: process.env.PATH, HOME: dataDir, RUN8N_ENGINE_TOKEN: token },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  const url = `http://127.0.0.1:${port}`;
  const said = await ready(child, `${url}/api/version`);

  const api = (path: string, init: RequestInit = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has("authorization")) headers.set("authorization", `Bearer ${token}`);
    return fetch(`${url}/api${path.replace("{w}", workspace)}`, { ...init, headers });
  };
  const post = async (path: string, body: unknown) => {
    const answer = await api(path, { method: "POST", body: JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${answer.status}: ${text}`);
    return text;
  };
  const deployed = async (hash: string) => {
    const { lock, lock_error_logs: why } = await (await api(`/w/{w}/scripts/deployment_status/h/${hash}`)).json();
    if (why) throw new Error(`the script has no lock: ${why}`);
    return lock !== null;
  };
  let ending = false;
  child.once("exit", (code, signal) => {
    if (!ending) console.error(`the engine ended by itself (${signal ?? code}):\n${said()}`);
  });
  const end = async (signal: NodeJS.Signals) => {
    ending = true;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  };
  const wmill: Cli = (args, { cwd }) =>
    new Promise((done) => {
      const env = { PATH: process.env.PATH, HOME: dataDir, WMILL_CONFIG_DIR: dataDir };
      execFile(join(BIN, "wmill"), args, { cwd, env }, (error, stdout, stderr) =>
        done({ code: error ? Number(error.code ?? 1) : 0, stdout: plain(stdout), stderr: plain(stderr) }),
      );
    });
  return {
    url,
    token,
    workspace,
    dataDir,
    pid: child.pid as number,
    api,
    async deploy(path, content, more = {}) {
      const lock = more.language === "deno" ? "" : NO_DEPENDENCIES;
      const script = { path, content, language: "bun", summary: "", auto_parent: true, lock, ...more };
      const hash = await post("/w/{w}/scripts/create", script);
      while (script.lock === "" && !(await deployed(hash))) await sleep(5);
    },
    create: async (family, item) => void (await post(`/w/{w}/${family}/create`, item)),
    async run(path, args = {}) {
      const response = await api(`/w/{w}/jobs/run_wait_result/p/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(args),
      });
      const text = await response.text();
      const isJson = response.headers.get("content-type")?.includes("json");
      return { status: response.status, body: isJson && text !== "" ? JSON.parse(text) : text };
    },
    wmill: (args, options) => wmill([...args, "--base-url", url, "--token", token, "--workspace", workspace], options),
    wmillWithProfile: wmill,
    async stop() {
      await end("SIGTERM");
      if (!options.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
    kill: () => end("SIGKILL"),
  };
}

/** Waits until the engine answers; its output is in the error when it does not. Answers what it has said by now. */
async function ready(child: ChildProcess, url: string): Promise<() => string> {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
  const deadline = Date.now() + READY_SECONDS * 1000;
  while (
    !(await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    ))
  ) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`the engine did not start:\n${output}`);
    }
    await sleep(10);
  }
  return () => output.slice(-4000);
}
