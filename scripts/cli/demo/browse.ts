import { request } from "node:http";

export type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string };

type Options = { method?: string; headers?: Record<string, string>; body?: string };

/**
 * Asks for a URL as a browser would. Names below `localhost` are this machine: a browser knows that, Node's resolver
 * often does not, so the connection goes to 127.0.0.1 and the name into the Host header. A connection that is reset, as
 * Caddy does when its routes change, is tried again unless the request may have done something.
 */
export async function browse(url: string, options: Options = {}): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await ask(url, options);
    } catch (error) {
      const reset = (error as NodeJS.ErrnoException).code === "ECONNRESET";
      if (!reset || (options.method ?? "GET") !== "GET" || tries === 5) throw error;
    }
  }
}

function ask(url: string, { method = "GET", headers = {}, body }: Options): Promise<Answer> {
  const { hostname, host, port, pathname, search } = new URL(url);
  const local = hostname === "localhost" || hostname.endsWith(".localhost");
  return new Promise((resolve, reject) => {
    const call = request(
      {
        host: local ? "127.0.0.1" : hostname,
        port,
        path: pathname + search,
        method,
        headers: { host, ...headers },
        timeout: 30_000,
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      },
    );
    call.on("timeout", () => call.destroy(new Error(`${url} did not answer within 30 s`)));
    call.on("error", reject);
    call.end(body);
  });
}
