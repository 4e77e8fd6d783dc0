import { execFile } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { accountOf, asAccount, binary } from "../binaries.ts";
import type { Server } from "../process.ts";
import { answers } from "./answers.ts";

export type PostgresOptions = {
  dir: string;
  port: number;
  password: string;
  /** Trades durability for speed; only for databases that a test throws away. */
  throwaway?: boolean;
};

/** The protocol's first message. A server that still recovers refuses it; one that is up asks for a password (`R`). */
const STARTUP = (() => {
  const parameters = Buffer.from("user\0postgres\0\0");
  const head = Buffer.alloc(8);
  head.writeInt32BE(head.length + parameters.length);
  head.writeInt32BE(3 << 16, 4); // protocol 3.0
  return Buffer.concat([head, parameters]);
})();

/** A real PostgreSQL on loopback with its data in `<dir>/data`; the first start initialises it. */
export function postgresServer({ dir, port, password, throwaway }: PostgresOptions): Server {
  const data = join(dir, "data");
  const settings = throwaway
    ? ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off", "max_connections=200"]
    : [];
  const all = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "password_encryption=scram-sha-256",
    ...settings,
  ];
  return {
    name: "postgres",
    argv: [binary("postgres"), "-D", data, "-p", String(port), ...all.flatMap((setting) => ["-c", setting])],
    account: "postgres",
    prepare: (signal) => initialise(dir, data, password, signal),
    ready: () => answers(port, STARTUP, /^R/),
    stopSignal: "SIGINT",
  };
}

/** Under another name until it is complete: one that was killed half-way looks like a database and is none. */
async function initialise(dir: string, data: string, password: string, signal?: AbortSignal): Promise<void> {
  const user = accountOf("postgres");
  mkdirSync(dir, { recursive: true });
  if (user) chownSync(dir, user.uid, user.gid);
  if (existsSync(data)) return;
  const unfinished = `${data}.initdb-`;
  for (const path of readdirSync(dir).map((entry) => join(dir, entry)))
    if (path.startsWith(unfinished)) rmSync(path, { recursive: true });
  const fresh = `${unfinished}${process.pid}`;
  const passwordFile = join(dir, "initdb-password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) chownSync(passwordFile, user.uid, user.gid);
  const [command, ...args] = asAccount("postgres", [
    binary("initdb"),
    ...["-D", fresh, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"],
    ...["--auth=scram-sha-256", `--pwfile=${passwordFile}`],
  ]);
  await promisify(execFile)(command, args, { cwd: dir, killSignal: "SIGKILL", ...(signal ? { signal } : {}) });
  rmSync(passwordFile);
  renameSync(fresh, data);
}

/** Creates the database when the server has none of that name, and waits out a server that is still recovering. */
export async function ensureDatabase(port: number, password: string, database: string): Promise<void> {
  const { default: pg } = await import("pg"); // only here: most commands start faster without it
  const client = new pg.Client({ host: "127.0.0.1", port, user: "postgres", password, database: "postgres" });
  await client.connect();
  try {
    const { rows } = await client.query("select 1 from pg_database where datname = $1", [database]);
    if (rows.length === 0) await client.query(`create database ${client.escapeIdentifier(database)}`);
  } finally {
    await client.end();
  }
}
