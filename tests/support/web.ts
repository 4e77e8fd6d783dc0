import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll } from "vitest";
import type { Web } from "../../f/lib/web/retrieve.ts";

type Serve = (request: IncomingMessage, answer: ServerResponse) => void;

/**
 * A web of this test's own: `*.test` is a server on 127.0.0.1, which counts as public here; everything else is judged as
 * always. `port` has to stand in addresses.
 */
export function testWeb(serve: Serve) {
  const asked: string[] = [];
  const server = createServer((request, answer) => {
    asked.push(`${request.headers.host}${request.url}`);
    serve(request, answer);
  });
  const web = {
    port: 0,
    asked,
    resolved: [] as string[],
    /** What names resolve to beside `*.test`. */
    names: new Map<string, string[]>(),
    at: (host: string, path = "/") => `http://${host}:${web.port}${path}`,
    open: (limits: Partial<Web["limits"]> = {}): Web => ({
      limits: { maxBytes: 100_000, timeoutMs: 5000, ...limits },
      async resolve(host) {
        web.resolved.push(host);
        const found = web.names.get(host) ?? (host.endsWith(".test") ? ["127.0.0.1"] : undefined);
        if (!found) throw Object.assign(new Error("queryA ENOTFOUND"), { code: "ENOTFOUND" });
        return found;
      },
      allows: (address) => address === "127.0.0.1",
    }),
  };
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    web.port = (server.address() as AddressInfo).port;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return web;
}
