import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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

/** A real PostgreSQL on loopback with its data in `<dir>/data`; the first start initialises it. */
export function postgresServer({ dir, port, password, throwaway }: PostgresOptions): Server {
  const data = join(dir, "data");
  const user = accountOf("postgres");
  mkdirSync(dir, { recursive: true });
  if (user) chownSync(dir, user.uid, user.gid);
  if (!existsSync(join(data, "PG_VERSION"))) initialise(dir, data, password, user);
  const settings = throwaway
    ? ["fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_connections=200"]
    : [];
  return {
    name: "postgres",
    argv: [
      binary("postgres"),
      "-D",
      data,
      "-p",
      String(port),
      ...[
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "password_encryption=scram-sha-256",
        ...settings,
      ].flatMap((setting) => ["-c", setting]),
    ],
    account: "postgres",
    ready: () => answers(port, Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]), /^[SN]/), // the protocol's SSLRequest
    stopSignal: "SIGINT",
  };
}

/** Under another name until it is complete: one that was killed half-way looks like a database and is none. */
function initialise(dir: string, data: string, password: string, user: { uid: number; gid: number } | undefined): void {
  const unfinished = `${data}.initdb-`;
  for (const name of readdirSync(dir).map((entry) => join(dir, entry)))
    if (name.startsWith(unfinished)) rmSync(name, { recursive: true });
  const fresh = `${unfinished}${process.pid}`;
  const passwordFile = join(dir, "initdb-password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user) chownSync(passwordFile, user.uid, user.gid);
  const [command, ...args] = asAccount("postgres", [
    binary("initdb"),
    ...["-D", fresh, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"],
    ...["--auth=scram-sha-256", `--pwfile=${passwordFile}`],
  ]);
  execFileSync(command, args, { cwd: dir, stdio: ["ignore", "ignore", "pipe"] });
  rmSync(passwordFile);
  renameSync(fresh, data);
}
