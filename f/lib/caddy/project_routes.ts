import { withTables } from "../operations/tables.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import type { CaddyValue } from "../resources.ts";
import { changeRoutes, readEdge } from "./admin.ts";
import { changeCertificates, needsCertificate } from "./certificates.ts";
import { caddyRoute, ownRoute, type RouteSpec } from "./route.ts";
import { placeRoute } from "./wildcard.ts";

/*
 * What happens to all routes of a project at once. None of these takes the project's lease: they are steps of work on
 * the whole project, whose caller holds it. Each is one change of the proxy's configuration and may be run again.
 */

export type RoutePorts = { sql: Sql; caddy: CaddyValue };

/** The hosts that a project has on record or in the running proxy, sorted. */
export async function projectHosts({ sql, caddy }: RoutePorts, project: string): Promise<string[]> {
  const [recorded, { servers }] = await Promise.all([recordedSpecs(sql, project), readEdge(caddy)]);
  const running = (servers[caddy.server]?.routes ?? []).map(ownRoute).filter((own) => own?.project === project);
  return [...new Set([...recorded.keys(), ...running.map((own) => own!.host)])].sort();
}

/** Lets all hosts of a project answer 410. What they answered before stays on record, for `ensureRoute` to go back to. */
export async function closeRoutes({ sql, caddy }: RoutePorts, project: string): Promise<void> {
  await transaction(sql, async () => {
    await sql.query(
      `update run8n.route set route = jsonb_build_object('kind', 'gone', 'was', route), updated_at = now()
        where project = $1 and route ->> 'kind' <> 'gone'`,
      [project],
    );
    const recorded = await recordedSpecs(sql, project);
    const wanted = [...recorded].map(([host, spec]) => caddyRoute({ project, host }, spec, caddy));
    await changeRoutes(caddy, (routes) => {
      const others = routes.filter((route) => ownRoute(route)?.project !== project);
      const mine = routes.filter((route) => ownRoute(route)?.project === project);
      const closed = mine.length === wanted.length && mine.every((route) => ownRoute(route)?.kind === "gone");
      return closed ? undefined : wanted.reduce((all, route) => placeRoute(route, all), others);
    });
  });
}

/** Takes all routes of a project away, from the record and from the proxy. */
export async function dropRoutes({ sql, caddy }: RoutePorts, project: string): Promise<void> {
  let hosts: string[] = [];
  const drop = async () => {
    hosts = [...(await recordedSpecs(sql, project)).keys()];
    await sql.query("delete from run8n.route where project = $1", [project]);
    await sql.query("delete from run8n.site where project = $1", [project]);
    await changeRoutes(caddy, (routes) => {
      const others = routes.filter((route) => ownRoute(route)?.project !== project);
      return others.length === routes.length ? undefined : others;
    });
  };
  await withTables(sql, () => transaction(sql, drop));
  if (!hosts.some((host) => needsCertificate(host, caddy))) return;
  await changeCertificates(caddy, (all) => all.filter((one) => !hosts.includes(one)));
}

/** What each host of a project should answer with. */
export async function recordedSpecs(sql: Sql, project: string): Promise<Map<string, RouteSpec>> {
  const { rows } = await sql.query<{ host: string; route: RouteSpec }>(
    "select host, route from run8n.route where project = $1 order by host",
    [project],
  );
  return new Map(rows.map(({ host, route }) => [host, route]));
}
