import { setTimeout as delay } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { InvalidInputError, redact, UpstreamError } from "../errors.ts";
import type { CaddyValue } from "../resources.ts";
import { arranged } from "./arrange.ts";
import type { CaddyRoute } from "./route.ts";
import { type Answer, type Endpoint, exchange } from "./wire.ts";

/** The running configuration of Caddy's HTTP servers, by name, and what identifies that state. */
export type Edge = { servers: Record<string, { routes?: CaddyRoute[] | null } | null>; etag: string };

const SERVERS = "/config/apps/http/servers";
const MAX_ATTEMPTS = 40;
const READ_ATTEMPTS = 5;
const MAX_PAUSE_MS = 60;

/**
 * Changes the routes of our server in one step, guarded against every concurrent writer: `change` is given what runs
 * now and answers the routes that should, or nothing when all is as it should be. They are arranged; when that changes
 * nothing, nothing is written, because each new configuration drops the WebSockets of all sites. It is asked again when somebody else was faster, or when
 * the connection broke and nobody knows whether the change was made. Answers the state that runs in the end.
 */
export const changeRoutes = (
  caddy: CaddyValue,
  change: (routes: CaddyRoute[], edge: Edge) => CaddyRoute[] | undefined,
): Promise<Edge> =>
  guarded(
    caddy,
    () => readEdge(caddy),
    (edge) => {
      const server = edge.servers[caddy.server];
      const running = server?.routes ?? [];
      const routes = arranged(change(running, edge) ?? running);
      const method = server && "routes" in server ? "PATCH" : "PUT";
      return isDeepStrictEqual(routes, running)
        ? undefined
        : { method, path: `${SERVERS}/${caddy.server}/routes`, value: routes };
    },
  );

/** The same for one app of Caddy's configuration, such as `tls`; null is one that is not configured. */
export async function changeApp<T>(caddy: CaddyValue, app: string, change: (found: T | null) => T | undefined) {
  const path = `/config/apps/${app}`;
  await guarded(
    caddy,
    async () => {
      const answer = await read(caddy, path);
      if (answer.status !== 200) throw refused(`did not show its settings of ${app}`, answer);
      return { found: JSON.parse(answer.body) as T | null, etag: etagOf(answer) };
    },
    ({ found }) => {
      const value = change(found);
      return value && { method: found === null ? "PUT" : "PATCH", path, value };
    },
  );
}

/** Reads, decides and writes until the write meets what was read, or there is nothing to write. */
async function guarded<S extends { etag: string }>(
  caddy: CaddyValue,
  look: () => Promise<S>,
  decide: (state: S) => { method: string; path: string; value: unknown } | undefined,
): Promise<S> {
  for (let attempt = 1; ; attempt++) {
    const state = await look();
    const write = decide(state);
    if (!write) return state;
    const answer = await request(caddy, {
      method: write.method,
      path: write.path,
      headers: { "content-type": "application/json", "if-match": state.etag },
      body: JSON.stringify(write.value),
    }).catch(unlessBroken);
    if (answer?.status === 200) return await look();
    if (answer && answer.status !== 412) throw refused("did not accept the change", answer);
    if (attempt === MAX_ATTEMPTS) throw tooBusy(attempt);
    await delay(Math.random() * MAX_PAUSE_MS);
  }
}

/** Reads what runs now. Throws Upstream when the server that our routes go to does not exist. */
export async function readEdge(caddy: CaddyValue): Promise<Edge> {
  const answer = await read(caddy, SERVERS);
  const servers = answer.status === 200 ? (JSON.parse(answer.body) as Edge["servers"] | null) : null;
  if (!servers?.[caddy.server]) {
    throw new UpstreamError(`Caddy runs no HTTP server named ${caddy.server}`, {
      hint: "Start Caddy with a configuration that has it, or correct server in f/infra/caddy; then run reconcile_routes.",
    });
  }
  return { servers, etag: etagOf(answer) };
}

function etagOf({ trailers, headers }: Answer): string {
  const etag = trailers.etag ?? headers.etag;
  if (etag) return etag;
  throw new UpstreamError("Caddy sent no ETag", { hint: "Update Caddy to 2.6 or later." });
}

/** Each new configuration replaces the admin API itself, which now and then resets a connection of another caller. */
async function read(caddy: CaddyValue, path: string): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const call = request(caddy, { method: "GET", path, headers: {} });
    const answer = await (attempt < READ_ATTEMPTS ? call.catch(unlessBroken) : call);
    if (answer) return answer;
    await delay(attempt * MAX_PAUSE_MS);
  }
}

/** Nothing for a connection that broke or was not accepted; throws what no second attempt will change. */
function unlessBroken(error: unknown): undefined {
  if (!(error instanceof UpstreamError && error.retryable)) throw error;
}

type Call = { method: string; path: string; headers: Record<string, string>; body?: string };

/** A unix socket has no name of its own; Caddy takes the one its `origins` list, or none when it has no such list. */
async function request(caddy: CaddyValue, call: Call): Promise<Answer> {
  const { endpoint, hosts } = endpointOf(caddy);
  let answer: Answer | undefined;
  for (const host of hosts) {
    answer = await exchange(endpoint, { ...call, headers: { host, ...call.headers } });
    if (answer.status !== 403) return answer;
  }
  throw refused("does not let us in", answer as Answer);
}

function endpointOf({ admin, server }: CaddyValue): { endpoint: Endpoint; hosts: string[] } {
  const [, path] = /^unix:\/\/(\/[^\p{Cc}]+)$/u.exec(admin) ?? [];
  const url = /^http:\/\/[^/@?#]+\/?$/.test(admin) && URL.canParse(admin) ? new URL(admin) : undefined;
  if ((!path && !url) || !/^[A-Za-z0-9_-]+$/.test(server)) {
    throw new InvalidInputError(
      'A caddy resource needs admin as "http://host:port" or "unix:///path" and server as a plain name',
      { hint: "Correct the resource f/infra/caddy.", details: { argument: "caddy" } },
    );
  }
  if (path) return { endpoint: { path }, hosts: ["localhost", ""] };
  const { hostname, port, host } = url as URL;
  return { endpoint: { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) || 80 }, hosts: [host] };
}

function refused(what: string, { status, body }: Answer): UpstreamError {
  return new UpstreamError(`Caddy ${what} (${status}): ${redact(messageIn(body)).slice(0, 300)}`, {
    hint: "The configuration that ran before is still running; correct the arguments and call again.",
    details: { status },
  });
}

const tooBusy = (attempts: number) =>
  new UpstreamError(`Caddy's configuration was changed by others ${attempts} times in a row`, {
    hint: "Call again when fewer changes are under way.",
    retryable: true,
  });

function messageIn(body: string): string {
  try {
    return String((JSON.parse(body) as { error?: unknown }).error);
  } catch {
    return "no reason given";
  }
}
