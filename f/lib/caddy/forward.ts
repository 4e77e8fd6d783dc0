import { pageErrors } from "./error_pages.ts";
import type { CaddyHandler } from "./route.ts";

/** Everything goes to one server, given as `http(s)://host:port`. Over TLS that server hears its own name. */
export function proxyHandlers(upstream: string): CaddyHandler[] {
  const { protocol, host } = new URL(upstream);
  const overTls = protocol === "https:";
  const proxy: CaddyHandler = {
    handler: "reverse_proxy",
    upstreams: [{ dial: dialAddress(upstream) }],
    ...(overTls ? { transport: { protocol: "http", tls: {} }, headers: { request: { set: { Host: [host] } } } } : {}),
  };
  return [{ handler: "subroute", routes: [{ handle: [proxy] }], errors: { routes: pageErrors() } }];
}

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
