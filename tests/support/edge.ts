import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, request } from "node:http";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exchange } from "../../f/lib/caddy/wire.ts";
import type { CaddyValue } from "../../f/lib/resources.ts";
import { freePort, startServer } from "../../scripts/stack/process.ts";
import { caddyServer } from "../../scripts/stack/servers/caddy.ts";

export type Visit = { status: number; headers: IncomingHttpHeaders; body: string };

type Options = { method?: string; headers?: Record<string, string>; body?: string | Buffer };

/**
 * Asks Caddy for a page as a visitor of the host would: a connection that a change of routes resets is tried again, as
 * browsers do, unless the request may have done something.
 */
export async function visit(caddy: { port: number }, host: string, path = "/", options: Options = {}): Promise<Visit> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask(caddy, host, path, options);
    } catch (error) {
      const reset = (error as NodeJS.ErrnoException).code === "ECONNRESET";
      if (!reset || (options.method ?? "GET") !== "GET" || tries === 5) throw error;
    }
  }
}

/** The path is sent as it is, dots and all. */
function ask(caddy: { port: number }, host: string, path: string, options: Options): Promise<Visit> {
  return new Promise((resolve, reject) => {
    const { method = "GET", headers, body } = options;
    const call = request({
      host: "127.0.0.1",
      port: caddy.port,
      path,
      method,
      agent: false,
      headers: { ...headers, host },
    });
    call.once("error", reject).once("response", (answer) => {
      let text = "";
      answer.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
      });
      answer.once("error", reject);
      answer.once("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
    });
    call.end(body);
  });
}

/** A Caddy of the test's own, for what would disturb the shared one. `stop` ends it, `start` runs it again. */
export async function startCaddy() {
  const dir = mkdtempSync(join(tmpdir(), "run8n-caddy-"));
  const [port, adminPort] = [await freePort(), await freePort()];
  const start = () => startServer(caddyServer({ dir, port, adminPort }), dir);
  let running = await start();
  const caddy: CaddyValue & { port: number } = {
    admin: `http://127.0.0.1:${adminPort}`,
    server: "run8n",
    domain: "apps.localhost",
    publicUrl: `http://{host}:${port}`,
    windmill: "127.0.0.1:1",
    workspace: "windmill_automations",
    port,
  };
  return {
    caddy,
    /** Replaces or reads a part of the configuration behind run8n's back. */
    async config(method: string, path: string, value?: unknown) {
      const headers = { host: `127.0.0.1:${adminPort}`, "content-type": "application/json" };
      const body = value === undefined ? "" : JSON.stringify(value);
      const ask = () =>
        exchange({ host: "127.0.0.1", port: adminPort }, { method, path: `/config${path}`, headers, body });
      const answer = await ask().catch(ask); // the change before this one may reset a connection
      return { status: answer.status, value: answer.body ? JSON.parse(answer.body) : undefined };
    },
    stop: () => running.stop(),
    async start() {
      running = await start();
    },
    async remove() {
      await running.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A server that answers with what it was asked, as JSON. */
export async function startEcho() {
  const port = await freePort();
  const server = createServer((ask, answer) => {
    let size = 0;
    ask.on("data", (chunk: Buffer) => {
      size += chunk.length;
    });
    ask.once("end", () => answer.end(JSON.stringify({ method: ask.method, url: ask.url, headers: ask.headers, size })));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return { address: `127.0.0.1:${port}`, stop: () => new Promise((resolve) => server.close(resolve)) };
}

/** An admin API that shows the given servers and refuses every change, at length. */
export async function pickyCaddy(servers: string) {
  const server = createServer((ask, answer) => {
    if (ask.method !== "GET") {
      answer.statusCode = 500;
      return void answer.end(JSON.stringify({ error: `loading new config: password=hunter2 ${"x".repeat(5000)}` }));
    }
    answer.writeHead(200, { trailer: "ETag" });
    answer.write(servers);
    answer.addTrailers({ etag: '"/config/apps/http/servers 1234"' });
    answer.end();
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return { admin: `http://127.0.0.1:${port}`, stop: () => server.close() };
}

/** A connection that stays open between two requests, as a WebSocket would. */
export async function openConnection(port: number, host: string) {
  const socket = await new Promise<Socket>((resolve) => {
    const opened = connect(port, "127.0.0.1", () => resolve(opened));
  });
  return {
    ask: () =>
      new Promise<string>((resolve, reject) => {
        socket.once("data", (data) => resolve(data.toString())).once("close", () => reject(new Error("closed")));
        socket.write(`HEAD / HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
      }),
    close: () => socket.destroy(),
  };
}
