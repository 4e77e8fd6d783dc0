import type { CaddyValue } from "../resources.ts";
import type { SiteSettings } from "../sites/sites_settings.ts";
import { handOver, YES } from "./handed.ts";
import type { CaddyHandler } from "./route.ts";
import { API_PATHS } from "./site_api.ts";
import { AUTH_PATHS } from "./site_auth.ts";
import { settingsRoutes } from "./site_settings.ts";

/** A project's site: its folder on the site host, and how it is served. */
export type SiteSpec = { root: string; settings?: SiteSettings };

/**
 * What is a site's own: whose it is, where its files lie, and what its settings say of the path that is asked for. It
 * answers nothing; `servingRoute` does, for all sites. Caddy opens `current` anew for each request, so a deploy switches
 * it without a change here.
 */
export function siteHandlers(
  project: string,
  { root, settings = {} }: SiteSpec,
  { caddy, previews }: { caddy: CaddyValue; previews: boolean },
): CaddyHandler[] {
  const own = handOver({
    is_site: YES,
    project,
    workspace: caddy.workspace,
    windmill: caddy.windmill,
    ...(caddy.gotrue ? { has_gotrue: YES, gotrue: caddy.gotrue } : {}),
    folder: root,
    not_found: `/${settings.notFound ?? "404.html"}`,
    ...(previews ? { has_previews: YES } : {}),
    ...(settings.spa ? { is_app: YES } : {}),
  });
  const routes = settingsRoutes(settings);
  // The API on a site's origin is the app's, and the site's settings are nothing to it.
  const api = { path: [...API_PATHS, ...(caddy.gotrue ? AUTH_PATHS : [])] };
  const files = { match: [{ not: [api] }], handle: [{ handler: "subroute", routes }] };
  return [
    { ...own, root: `${root}/current` },
    ...(routes.length > 0 ? [{ handler: "subroute", routes: [files] }] : []),
  ];
}
