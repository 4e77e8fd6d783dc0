import { isDeepStrictEqual } from "node:util";
import { operate } from "../operations/operate.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import type { CaddyValue } from "../resources.ts";
import { changeRoutes, type Edge } from "./admin.ts";
import { handsOver, isArranged } from "./arrange.ts";
import { changeCertificates, needsCertificate } from "./certificates.ts";
import { otherHolder } from "./hosts.ts";
import { type CaddyRoute, type Claim, caddyRoute, ownRoute, type RouteSpec } from "./route.ts";
import { placeRoute } from "./wildcard.ts";

/** What reconciling did, host by host. */
export type Reconciled = {
  /** Hosts on record. */
  routes: number;
  /** Were missing in Caddy. */
  restored: string[];
  /** Ran, but not as recorded, or as an older run8n wrote them. */
  updated: string[];
  /** On record, but Caddy serves them for somebody else; left alone. */
  conflicts: string[];
  /** Run in our name but are on no record; left alone. */
  unrecorded: string[];
  /** Whether the list of domains that Caddy may get certificates for had to be put right. */
  certificates: boolean;
  status: "updated" | "unchanged";
};

/**
 * Makes Caddy run every route on record, in one change: after its configuration was lost or reloaded from a file.
 * Nothing is written when all of them run already.
 */
export async function reconcileRoutes({ sql, caddy }: { sql: Sql; caddy: CaddyValue }): Promise<Reconciled> {
  return operate({ sql, verb: "infra/caddy/reconcile_routes", project: "*", arguments: {} }, () =>
    transaction(sql, async () => {
      // Nobody adds or deletes a route between our reading of the record and Caddy's answer.
      await sql.query("lock table run8n.route in share mode");
      const { rows } = await sql.query<Claim & { route: RouteSpec }>(
        "select host, project, route from run8n.route order by host",
      );
      const wanted = new Map(rows.map(({ route, ...claim }) => [claim.host, caddyRoute(claim, route, caddy)]));
      let done: Omit<Reconciled, "certificates"> | undefined;
      await changeRoutes(caddy, (routes, edge) => {
        const found = compare(wanted, routes, edge, caddy.domain);
        done ??= found; // asked again, it may be seeing our own change
        const changed = new Set([...found.restored, ...found.updated]);
        if (changed.size === 0) return undefined;
        const kept = routes.filter((route) => !changed.has(hostOf(route)));
        const fresh = [...wanted].filter(([host]) => changed.has(host)).map(([, route]) => route);
        return fresh.reduce((all, route) => placeRoute(route, all), kept);
      });
      const domains = rows.map(({ host }) => host).filter((host) => needsCertificate(host, caddy));
      const certificates = await changeCertificates(caddy, () => domains);
      const found = done as NonNullable<typeof done>; // Caddy was read at least once
      return { ...found, certificates, status: certificates ? "updated" : found.status };
    }),
  );
}

function compare(
  wanted: Map<string, CaddyRoute>,
  routes: CaddyRoute[],
  edge: Edge,
  domain: string,
): Omit<Reconciled, "certificates"> {
  const running = new Map<string, CaddyRoute[]>();
  for (const route of routes) running.set(hostOf(route), [...(running.get(hostOf(route)) ?? []), route]);
  const isTaken = (route: CaddyRoute) => otherHolder(ownRoute(route) as Claim, edge.servers, domain) !== undefined;
  const conflicts = [...wanted].filter(([, route]) => isTaken(route)).map(([host]) => host);
  const ours = [...wanted].filter(([host]) => !conflicts.includes(host));
  const restored = ours.filter(([host]) => !running.has(host)).map(([host]) => host);
  const serves = isArranged(routes);
  const differs = ([host, route]: [string, CaddyRoute]) =>
    running.has(host) && !(isDeepStrictEqual(running.get(host), [route]) && (serves || !handsOver(route)));
  const updated = ours.filter(differs).map(([host]) => host);
  const unrecorded = [...running.keys()].filter((host) => host !== "" && !wanted.has(host)).sort();
  const status = restored.length + updated.length > 0 ? "updated" : "unchanged";
  return { routes: wanted.size, restored, updated, conflicts, unrecorded, status };
}

/** The host of a route of ours; empty for others'. */
const hostOf = (route: CaddyRoute): string => ownRoute(route)?.host ?? "";
