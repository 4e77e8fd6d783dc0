import { isDeepStrictEqual } from "node:util";
import { readEdge } from "../../caddy/admin.ts";
import { handsOver, isArranged } from "../../caddy/arrange.ts";
import { deleteRoute } from "../../caddy/delete.ts";
import { ensureRoute } from "../../caddy/ensure.ts";
import { hostFor } from "../../caddy/hosts.ts";
import { closeRoutes, dropRoutes, projectHosts, recordedSpecs } from "../../caddy/project_routes.ts";
import { type CaddyRoute, caddyRoute, ownRoute, type RouteSpec } from "../../caddy/route.ts";
import type { CaddyValue, SiteHostValue } from "../../resources.ts";
import type { Finding, Kind, Ports, Target } from "./kind.ts";

/**
 * The project's own host name and the domains that its manifest names. A host that somebody else configured with more
 * than the manifest can say keeps it; one that no manifest ever named is left alone.
 */
export const routesKind: Kind = {
  kind: "routes",
  async plan(ports, target) {
    const { caddy, root } = await edgeOf(ports);
    const { project } = target;
    const [recorded, edge] = await Promise.all([recordedSpecs(ports.sql, project), readEdge(caddy)]);
    const running = edge.servers[caddy.server]?.routes ?? [];
    const wanted = hostsOf(target, caddy);
    const amiss = wanted.flatMap((host): Finding[] => {
      const spec = recorded.get(host);
      const why = gapOf(host, { spec, root: `${root}/${project}`, running, project, caddy });
      return why ? [{ action: spec ? "update" : "create", what: `Route ${host}`, why, risk: "safe" }] : [];
    });
    const dropped = droppedHosts(target, wanted).filter((host) => recorded.has(host));
    return [
      ...amiss,
      ...dropped.map((host) => ({
        action: "remove" as const,
        what: `Route ${host}`,
        why: "run8n.json no longer names this domain",
        risk: "safe" as const,
      })),
    ];
  },
  async apply(ports, target) {
    const { sql, workspace } = ports;
    const { project } = target;
    const { caddy, root: siteRoot } = await edgeOf(ports);
    const recorded = await recordedSpecs(sql, project);
    const wanted = hostsOf(target, caddy);
    const statuses: string[] = [];
    for (const host of wanted) {
      const spec = recorded.get(host) ?? { kind: "static" as const };
      const ask = spec.kind === "gone" ? spec.was : spec;
      statuses.push((await ensureRoute({ sql, caddy, workspace, project, hostname: host, ...ask, siteRoot })).status);
    }
    for (const hostname of droppedHosts(target, wanted)) {
      statuses.push((await deleteRoute({ sql, caddy, workspace, project, hostname })).status);
    }
    if (statuses.every((status) => status === "unchanged" || status === "absent")) return { status: "unchanged" };
    return { status: statuses.every((status) => status === "created") ? "created" : "updated" };
  },
  lock: async (ports, project) => closeRoutes({ sql: ports.sql, caddy: await ports.connection("caddy") }, project),
  list: async (ports, project) =>
    (await projectHosts({ sql: ports.sql, caddy: await ports.connection("caddy") }, project)).map(
      (host) => `route ${host}`,
    ),
  async drop(ports, project) {
    await dropRoutes({ sql: ports.sql, caddy: await ports.connection("caddy") }, project);
    return {};
  },
};

async function edgeOf({ connection }: Ports): Promise<{ caddy: CaddyValue; root: string }> {
  const [caddy, { root }] = await Promise.all([
    connection<CaddyValue>("caddy"),
    connection<SiteHostValue>("site_host"),
  ]);
  return { caddy, root };
}

const hostsOf = ({ project, manifest }: Target, caddy: CaddyValue): string[] => [
  hostFor(project, null, caddy),
  ...manifest.domains.map((domain) => hostFor(project, domain, caddy)),
];

const droppedHosts = ({ before }: Target, wanted: string[]): string[] =>
  (before?.domains ?? []).filter((domain) => !wanted.includes(domain));

type Found = { spec?: RouteSpec; root: string; running: CaddyRoute[]; project: string; caddy: CaddyValue };

/** What is wrong with a host, or nothing. */
function gapOf(host: string, { spec, root, running, project, caddy }: Found): string | undefined {
  if (!spec) return "there is no record of it";
  if (spec.kind === "gone") return "it answers 410, as that of a deleted project";
  if (spec.kind === "static" && spec.root !== root) return "it serves another folder than the site host's";
  const held = running.filter((route) => ownRoute(route)?.host === host);
  if (held.length === 0) return "the proxy does not have it";
  const wanted = caddyRoute({ project, host }, spec, caddy);
  if (handsOver(wanted) && !isArranged(running)) return "the proxy lacks what serves all sites, or has it wrong";
  return isDeepStrictEqual(held, [wanted]) ? undefined : "the proxy answers with something else than its record says";
}
