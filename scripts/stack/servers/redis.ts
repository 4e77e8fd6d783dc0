import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { binary } from "../binaries.ts";
import type { Server } from "../process.ts";
import { answers } from "./answers.ts";

/** A real Redis on loopback. The ACL file names the default user's password, which `requirepass` cannot do beside it. */
export function redisServer({ dir, port, password }: { dir: string; port: number; password: string }): Server {
  const aclFile = join(dir, "users.acl");
  return {
    name: "redis",
    argv: [
      binary("redis-server"),
      "--port",
      String(port),
      "--bind",
      "127.0.0.1",
      "--dir",
      dir,
      "--aclfile",
      aclFile,
      "--save",
      "60 1",
      // As in production: a limit, and only what has an expiry makes room.
      "--maxmemory",
      "512mb",
      "--maxmemory-policy",
      "volatile-lru",
    ],
    prepare: () => writeUsers(dir, aclFile, password),
    ready: () => answers(port, "PING\r\n", /^(\+PONG|-NOAUTH)/),
  };
}

function writeUsers(dir: string, path: string, password: string): void {
  mkdirSync(dir, { recursive: true });
  try {
    // Kept when it exists: it also holds the users of projects.
    writeFileSync(path, `user default on >${password} ~* &* +@all\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}
