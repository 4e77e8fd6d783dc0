import { ensureRoute } from "../../lib/caddy/ensure.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Caddy, type Postgresql, resource, type SiteHost } from "../../lib/resources.ts";
import { jobWorkspace } from "../../lib/windmill/workspace.ts";

/**
 * Makes a host name answer with a project's static site (and the project's API under /api/ on it), with an app behind
 * a reverse proxy, or with a redirect. Run again with the same arguments it changes nothing. Answers
 * { project, host, url, kind, status }, and for a protected host visitors: { user, secret } with the path of the password.
 * @param project Name of the project the host belongs to.
 * @param kind static for the project's published site, proxy for an app that listens somewhere, redirect to another site.
 * @param hostname Custom domain that points to this server, also "*.example.com" for any one label before it; without it the
 * project's own name below the server's domain. The proxy gets its certificates when a browser first asks.
 * @param upstream For a proxy: where the app listens as the proxy reaches it, host:port or an http(s) URL without a path.
 * @param target For a redirect: http(s) URL to send visitors to; path and query of each request are added to it.
 * @param statusCode For a redirect: 301 or 308 (permanent, the default), or 302 (temporary).
 * @param options More about the answer. For a proxy: replicas, further addresses of the same app, by which requests go
 * on while one of them is down; balance, how they share (least_conn, round_robin, or sticky for one visitor to one replica);
 * healthPath, asked every two seconds, so that a replica that is ill gets no requests. For every kind: protect, whether
 * visitors need a user name and password; setHeaders, what every answer gets. These two stay as they are when left out.
 * @param caddy Edge proxy to change.
 * @param db Postgres that keeps the record of all routes.
 * @param host Machine that holds the site's files.
 */
export async function main(
  project: string,
  kind: "static" | "proxy" | "redirect" = "static",
  hostname?: string,
  upstream?: string,
  target?: string,
  statusCode?: number,
  options: {
    replicas?: string[];
    balance?: "least_conn" | "round_robin" | "sticky";
    healthPath?: string;
    protect?: boolean;
    setHeaders?: { name: string; value: string }[];
  } = {},
  caddy: Caddy = "$res:f/infra/caddy",
  db: Postgresql = "$res:f/infra/postgres",
  host: SiteHost = "$res:f/infra/site_host",
) {
  const edge = await resource(caddy);
  const { root: siteRoot } = await resource(host);
  const asked = { project, hostname, kind, siteRoot, upstream, target, statusCode, ...options };
  return withPostgres(await resource(db), (sql) =>
    ensureRoute({ sql, caddy: edge, workspace: jobWorkspace(), ...asked }),
  );
}
