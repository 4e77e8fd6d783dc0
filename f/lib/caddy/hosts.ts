import { ConflictError, ForbiddenError } from "../errors.ts";
import { hostName } from "../names.ts";
import type { CaddyValue } from "../resources.ts";
import type { Edge } from "./admin.ts";
import { type Claim, ownRoute } from "./route.ts";
import { isWildcard, overlap } from "./wildcard.ts";

/**
 * The host a project asks for: its own name below the server's domain, or a domain from elsewhere, whose first label may
 * be `*` and then stands for any one label.
 * Throws Forbidden for any other name below the server's domain, and for a wildcard that takes in the server's own names:
 * those belong to other projects or to the server.
 */
export function hostFor(project: string, hostname: string | null | undefined, caddy: CaddyValue): string {
  const domain = hostName(caddy.domain);
  const own = `${project}.${domain}`;
  if (hostname === undefined || hostname === null) return own;
  const rest = isWildcard(String(hostname)) ? hostName(hostname.slice(2)) : undefined;
  const host = rest === undefined ? hostName(hostname) : `*.${rest}`;
  if (host !== own && (`.${host}`.endsWith(`.${domain}`) || (rest && `.${domain}`.endsWith(`.${rest}`)))) {
    throw new ForbiddenError(`Below ${domain} a project may only have its own name, ${own}`, {
      hint: "Leave the hostname out, or pass a domain from elsewhere that points to this server.",
      details: { argument: "hostname" },
    });
  }
  return host;
}

/** Where the outside reaches a host. */
export const publicUrl = (host: string, caddy: CaddyValue): string => caddy.publicUrl.replaceAll("{host}", host);

/** The host under which one release of a project's site is shown; one label, so that a wildcard certificate covers it. */
export const previewHost = (project: string, release: string, caddy: CaddyValue): string =>
  `${release}--${hostFor(project, null, caddy)}`;

/**
 * Who serves the host in the running configuration, or a part of it, when it is somebody else: another project, or a
 * route that did not come from us. A foreign wildcard does not take a project's own name away.
 */
export function otherHolder({ host, project }: Claim, servers: Edge["servers"], domain: string): string | undefined {
  const isOwnName = host.endsWith(`.${domain}`);
  const takes = (pattern: string) => overlap(pattern, host) && !(isOwnName && isWildcard(pattern));
  for (const route of Object.values(servers).flatMap((server) => server?.routes ?? [])) {
    const own = ownRoute(route);
    if (own && own.project !== project && overlap(own.host, host)) return "another project";
    if (!own && hostsOf(route).some(takes)) return FOREIGN;
  }
  return undefined;
}

const FOREIGN = "a route of the server that run8n does not manage";

export const takenBy = (host: string, owner: string): ConflictError =>
  new ConflictError(`Host ${host} is taken by ${owner}`, {
    hint: "Choose another host, or delete the route that holds it first.",
    details: { host },
  });

/** The hosts that a route or anything nested in it matches, in lower case. */
function hostsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(hostsOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "host" && Array.isArray(inner) ? inner.map((host) => String(host).toLowerCase()) : hostsOf(inner),
  );
}
