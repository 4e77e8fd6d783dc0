import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { extname, join } from "node:path";

export type SiteServer = {
  url: string;
  /** What the form has sent, in order. */
  posts: { type: string; fields: Record<string, string> }[];
  /** Keeps the next answer of the route back until the returned function is called. */
  hold(): () => void;
  close(): Promise<void>;
};

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

/** Serves a folder as the edge does, and plays the waitlist route: the address says how it answers. */
export async function serveSite(folder: string): Promise<SiteServer> {
  const posts: SiteServer["posts"] = [];
  let held: Promise<void> | undefined;
  const server = createServer(async (request, response) => {
    if (request.method === "POST" && request.url === "/api/waitlist/signups") {
      const post = await readPost(request);
      posts.push(post);
      await held;
      answerSignUp(post, response);
    } else await serveFile(folder, request.url ?? "/", response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    posts,
    hold() {
      let release = () => {};
      held = new Promise((resolve) => {
        release = () => {
          held = undefined;
          resolve();
        };
      });
      return release;
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

async function readPost(request: IncomingMessage): Promise<SiteServer["posts"][number]> {
  let body = "";
  for await (const chunk of request) body += chunk;
  const type = (request.headers["content-type"] ?? "").split(";")[0]!;
  const fields = type === "application/json" ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
  return { type, fields };
}

/** The answers of `f/api/waitlist/create_signup`. */
function answerSignUp({ type, fields }: SiteServer["posts"][number], response: ServerResponse): void {
  const who = fields.email?.split("@")[0];
  if (who === "gone") return void response.destroy();
  const [status, outcome] =
    who === "refused"
      ? [400, "invalid"]
      : who === "busy"
        ? [429, "busy"]
        : who === "broken"
          ? [502, "failed"]
          : [200, "ok"];
  const headers = { ...(status === 429 ? { "retry-after": "95" } : {}) };
  if (type === "application/json") {
    response.writeHead(status as number, { ...headers, "content-type": "application/json" });
    response.end(JSON.stringify(status === 200 ? { status: "subscribed" } : { error: { code: outcome } }));
  } else {
    response.writeHead(303, { ...headers, location: `/?signup=${outcome}#signup-${outcome}` });
    response.end();
  }
}

async function serveFile(folder: string, url: string, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(url, "http://site");
  const name = pathname === "/" ? "index.html" : pathname.slice(1);
  const found = await readFile(join(folder, name)).catch(() => undefined);
  const type = TYPES[found ? extname(name) : ".html"] ?? "application/octet-stream";
  response.writeHead(found ? 200 : 404, { "content-type": type });
  response.end(found ?? (await readFile(join(folder, "404.html"))));
}
