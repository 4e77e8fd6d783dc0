import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PostgresqlValue } from "../f/lib/resources.ts";
import { freePort, startServer } from "../scripts/stack/process.ts";
import { postgresServer } from "../scripts/stack/servers/postgres.ts";
import { sshdServer } from "../scripts/stack/servers/sshd.ts";

export type Servers = {
  db: PostgresqlValue;
  /** Runs a command on this machine through a real sshd, as a person would on a server; its exit code and output. */
  ssh(command: string, input: string): Promise<{ code: number | null; output: string }>;
};

/** A real Postgres and a real sshd for one benchmark, gone afterwards. Postgres writes to disk as it would in earnest. */
export async function withServers<T>(work: (servers: Servers) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), "run8n-bench-"));
  chmodSync(dir, 0o755); // Postgres runs under its own account and must be able to reach its folder
  const [pgPort, sshPort] = [await freePort(), await freePort()];
  const sshd = sshdServer({ dir: join(dir, "sshd"), port: sshPort });
  const key = join(dir, "key");
  writeFileSync(key, sshd.privateKey, { mode: 0o600 });
  const running = [];
  try {
    running.push(
      await startServer(postgresServer({ dir: join(dir, "postgres"), port: pgPort, password: "bench" }), dir),
      await startServer(sshd.server, dir),
    );
    const options = ["-i", key, "-p", String(sshPort), "-o", "BatchMode=yes", "-o", "LogLevel=ERROR"];
    const trust = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"];
    return await work({
      db: { host: "127.0.0.1", port: pgPort, user: "postgres", password: "bench", dbname: "postgres" },
      ssh: (command, input) => run(["ssh", ...options, ...trust, `${sshd.user}@127.0.0.1`, command], input),
    });
  } finally {
    await Promise.all(running.map((one) => one.stop()));
    rmSync(dir, { recursive: true, force: true });
  }
}

function run([command = "", ...args]: string[], input: string): Promise<{ code: number | null; output: string }> {
  return new Promise((done, failed) => {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("error", failed);
    child.on("close", (code) => done({ code, output }));
    child.stdin.end(input);
  });
}
