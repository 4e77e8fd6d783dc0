import { isDeepStrictEqual } from "node:util";
import { withTables } from "../operations/tables.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import type { SiteSettings } from "../sites/sites_settings.ts";
import { changeRoutes } from "./admin.ts";
import { type RoutePorts, recordedSpecs } from "./project_routes.ts";
import { caddyRoute, ownRoute, type RouteSpec } from "./route.ts";

/** How the sites of a project are served, as its last deploy said; the usual way when none said anything. */
export async function servedSettings(sql: Sql, project: string): Promise<SiteSettings> {
  const { rows } = await withTables(sql, () =>
    sql.query<{ settings: SiteSettings }>("select settings from run8n.site where project = $1", [project]),
  );
  return rows[0]?.settings ?? {};
}

/**
 * Serves the sites of a project in another way, under every host it has and will have; true when that changed something.
 * The proxy is touched only then. The caller holds the project's lease.
 */
export async function serveWith({ sql, caddy }: RoutePorts, project: string, settings: SiteSettings): Promise<boolean> {
  if (isDeepStrictEqual(await servedSettings(sql, project), settings)) return false;
  await transaction(sql, async () => {
    await sql.query(
      `insert into run8n.site (project, settings) values ($1, $2)
       on conflict (project) do update set settings = excluded.settings, updated_at = now()`,
      [project, JSON.stringify(settings)],
    );
    const specs = [...(await recordedSpecs(sql, project))].map(
      ([host, spec]) => [host, withSettings(spec, settings)] as const,
    );
    for (const [host, spec] of specs) {
      await sql.query("update run8n.route set route = $2, updated_at = now() where host = $1", [
        host,
        JSON.stringify(spec),
      ]);
    }
    const wanted = new Map(specs.map(([host, spec]) => [host, caddyRoute({ project, host }, spec, caddy)]));
    await changeRoutes(caddy, (routes) => {
      const next = routes.map((route) => {
        const own = ownRoute(route);
        return (own?.project === project && wanted.get(own.host)) || route;
      });
      return isDeepStrictEqual(next, routes) ? undefined : next;
    });
  });
  return true;
}

/** A site's settings belong to its routes; those of apps and redirects stay as they are. */
export function withSettings<S extends RouteSpec>(spec: S, settings: SiteSettings): S {
  if (spec.kind === "gone") return { ...spec, was: withSettings(spec.was, settings) };
  if (spec.kind !== "static") return spec;
  const { settings: _, ...rest } = spec;
  return (Object.keys(settings).length > 0 ? { ...rest, settings } : rest) as S;
}
