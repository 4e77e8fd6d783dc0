import { pageErrors } from "./error_pages.ts";
import type { CaddyHandler } from "./route.ts";

/** How requests are shared out among several addresses of one app. */
export const BALANCES = { least_conn: "least_conn", round_robin: "round_robin", sticky: "cookie" } as const;
export type Balance = keyof typeof BALANCES;

/** An app behind the proxy. All addresses are `http(s)://host:port` with one scheme. */
export type ProxySpec = {
  upstream: string;
  /** Further addresses of the same app. */
  replicas?: string[];
  balance?: Balance;
  /** Asked every few seconds; an address that does not answer it with 2xx gets no requests until it does. */
  healthPath?: string;
};

/** Everything goes to the app. Over TLS it hears its own name. */
export function proxyHandlers({
  upstream,
  replicas = [],
  balance = "least_conn",
  healthPath,
}: ProxySpec): CaddyHandler[] {
  const { protocol, host } = new URL(upstream);
  const overTls = protocol === "https:";
  const proxy: CaddyHandler = {
    handler: "reverse_proxy",
    upstreams: [upstream, ...replicas].map((one) => ({ dial: dialAddress(one) })),
    ...(replicas.length > 0 ? { load_balancing: shared(balance) } : {}),
    ...(healthPath || replicas.length > 0 ? { health_checks: checks(healthPath, replicas.length > 0) } : {}),
    ...(overTls ? { transport: { protocol: "http", tls: {} }, headers: { request: { set: { Host: [host] } } } } : {}),
  };
  return [{ handler: "subroute", routes: [{ handle: [proxy] }], errors: { routes: pageErrors() } }];
}

/** A request that meets a dead address goes to another one, as long as the app has not begun to work on it. */
const shared = (balance: Balance) => ({
  selection_policy: { policy: BALANCES[balance], ...(balance === "sticky" ? { name: "run8n_replica" } : {}) },
  try_duration: "5s",
  try_interval: "100ms",
});

/** An app that is alone is never given up for a failure: there is nobody else to ask. */
const checks = (healthPath: string | undefined, hasOthers: boolean) => ({
  ...(healthPath ? { active: { uri: healthPath, interval: "2s", timeout: "2s", expect_status: 2 } } : {}),
  ...(hasOthers ? { passive: { fail_duration: "10s", max_fails: 1 } } : {}),
});

/** Everything is sent to another site, path and query kept. */
export function redirectHandlers(target: string, statusCode: number): CaddyHandler[] {
  return [
    {
      handler: "static_response",
      status_code: statusCode,
      headers: { Location: [`${target}{http.request.uri}`] },
    },
  ];
}

function dialAddress(upstream: string): string {
  const { protocol, hostname, port } = new URL(upstream);
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}
