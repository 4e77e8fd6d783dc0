import { join, resolve } from "node:path";
import { nodeOf } from "../../nocodb/install.mjs";
import type { Server } from "../process.ts";
import { answers } from "./answers.ts";

const SERVE = resolve(import.meta.dirname, "../../nocodb/serve.mjs");

export type RealNocodbOptions = {
  /** Where it is installed; see scripts/nocodb/install.mjs. */
  install: string;
  dir: string;
  port: number;
  email: string;
  password: string;
  postgres: { host: string; port: number; user: string; password: string; database: string };
};

/** The real NocoDB, with its metadata and its own bases in a database of the given Postgres. */
export function realNocodbServer({ install, dir, port, email, password, postgres }: RealNocodbOptions): Server {
  const { host, port: pgPort, user, password: secret, database } = postgres;
  const env = {
    NC_DB: `pg://${host}:${pgPort}?${new URLSearchParams({ u: user, p: secret, d: database })}`,
    NC_AUTH_JWT_SECRET: password,
    NC_ADMIN_EMAIL: email,
    NC_ADMIN_PASSWORD: password,
    NC_DISABLE_TELE: "true",
    NC_TOOL_DIR: join(dir, "data"),
    NC_ALLOW_LOCAL_HOOKS: "true", // on one machine, what a webhook calls is local
  };
  return {
    name: "nocodb",
    argv: [nodeOf(install), SERVE, install, String(port)],
    env,
    ready: () => answers(port, `GET /api/v1/health HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\n\r\n`, /^HTTP\/1\.\d 200/),
    startSeconds: 180,
  };
}
