import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

type Answer = (request: Bun.BunRequest) => Response | Promise<Response>;

/** What a stand-in consists of once its state is open. */
export type StandIn = {
  /** By path as Bun matches it (`/things/:id`, `/files/*`), then by method. A path that is not here is refused by name. */
  routes: Record<string, Partial<Record<"GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS", Answer>>>;
  /** How the real service words an error; for a call that the stand-in does not support the status is 501. */
  refuse: (status: number, message: string) => Response;
  /** Writes down what is still in memory. */
  close?: () => void | Promise<void>;
};

/**
 * Runs a stand-in as a process: `bun scripts/stand_ins/<service>/main.ts --port <p> --data <folder>`, secrets by
 * environment. It listens on 127.0.0.1, keeps its state in the folder, and ends on SIGTERM. It prints `listening` once
 * it answers. Calls that it does not know are refused by name with 501 instead of half working.
 */
export async function runStandIn(
  service: string,
  open: (at: { dataDir: string; url: string }) => StandIn | Promise<StandIn>,
): Promise<void> {
  const { port, dataDir } = readFlags();
  mkdirSync(dataDir, { recursive: true });
  const standIn = await open({ dataDir, url: `http://127.0.0.1:${port}` });
  const unsupported = (request: Request) =>
    standIn.refuse(501, `The ${service} stand-in does not support ${request.method} ${new URL(request.url).pathname}`);
  const routes = Object.fromEntries(
    Object.entries(standIn.routes).map(([path, methods]) => [
      path,
      (request: Bun.BunRequest) => (methods[request.method as keyof typeof methods] ?? unsupported)(request),
    ]),
  );
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port,
    idleTimeout: 0, // answers may stream for as long as they like
    maxRequestBodySize: 1024 * 1024 * 1024,
    routes,
    fetch: unsupported,
    error(failure) {
      console.error(failure);
      return standIn.refuse(500, failure.message);
    },
  });
  const stop = async () => {
    await server.stop(true);
    await standIn.close?.();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  console.log(`listening on ${server.url}`);
}

function readFlags(): { port: number; dataDir: string } {
  const { values } = parseArgs({ options: { port: { type: "string" }, data: { type: "string" } } });
  const port = Number(values.port);
  if (Number.isInteger(port) && port > 0 && values.data) return { port, dataDir: resolve(values.data) };
  console.error("Usage: --port <p> --data <folder>");
  process.exit(2);
}
