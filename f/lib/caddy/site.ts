import type { CaddyValue } from "../resources.ts";
import type { SiteSettings } from "../sites/sites_settings.ts";
import { pageErrors, whenStatus } from "./error_pages.ts";
import type { CaddyHandler, CaddyMatch, CaddyRoute } from "./route.ts";
import { apiRoute } from "./site_api.ts";
import { authRoutes } from "./site_auth.ts";
import {
  CONTENT_TYPE,
  fileServer,
  HIDDEN,
  IS_PAGE,
  immutableRoute,
  ON_ANSWER,
  PAGES,
  REVALIDATED,
  setHeaders,
  UNCONDITIONAL,
} from "./site_files.ts";
import { headerRoutes, redirectRoutes } from "./site_settings.ts";

/** A project's site: its folder on the site host, and how it is served. */
export type SiteSpec = { root: string; settings?: SiteSettings };

/**
 * A static site and the API on its own origin. Caddy opens `current` anew for each request, so a deploy switches it
 * without a change here. An asset that the current release lacks is looked for among those of earlier ones, because a
 * page that was loaded a moment ago still asks for it; pages themselves come from the current release only.
 */
export function siteHandlers(
  project: string,
  { root, settings = {} }: SiteSpec,
  { caddy, previews }: { caddy: CaddyValue; previews: boolean },
): CaddyHandler[] {
  const immutable = immutableRoute(settings.immutable);
  const routes: CaddyRoute[] = [
    apiRoute(project, caddy),
    ...authRoutes(caddy),
    { handle: [{ handler: "vars", root: `${root}/current` }] },
    ...(previews ? previewRoutes(root) : []),
    { handle: [...ON_ANSWER, SECURITY, REVALIDATED] },
    { match: [{ not: [{ method: ["GET", "HEAD"] }] }], handle: [{ handler: "error", status_code: 405 }] },
    immutable,
    ...headerRoutes(settings),
    ...redirectRoutes(settings),
    { match: [HIDDEN], handle: [{ handler: "error", status_code: 404 }] },
    {
      match: [{ ...isFile(".html"), not: [isFile("", "/index.html")] }],
      handle: [{ handler: "rewrite", uri: "{http.request.uri.path}.html" }],
    },
    ...(settings.spa ? [APP] : []),
    { handle: [...CONTENT_TYPE, fileServer()] },
  ];
  // Only what really was not found comes here: a look beforehand could be outdated by a switch before the answer.
  const recent: CaddyRoute = {
    match: [{ ...whenStatus(404), ...isFileIn(`${root}/recent/site`), not: [HIDDEN, PAGES] }],
    handle: [
      { handler: "subroute", routes: [immutable] },
      UNCONDITIONAL,
      fileServer({ root: `${root}/recent/site`, status_code: "200" }),
    ],
  };
  const notFound = `/${settings.notFound ?? "404.html"}`;
  const ownNotFound: CaddyRoute = {
    match: [{ ...whenStatus(404), file: { try_files: [notFound] } }],
    handle: [UNCONDITIONAL, IS_PAGE, { handler: "rewrite", uri: notFound }, fileServer({ status_code: "404" })],
  };
  const errors = { routes: [{ handle: [...ON_ANSWER, REVALIDATED] }, recent, ownNotFound, ...pageErrors()] };
  return [{ handler: "subroute", routes, errors }];
}

const SECURITY = setHeaders({
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "strict-origin-when-cross-origin",
});

const hostMatches = (pattern: string): CaddyMatch => ({
  vars_regexp: { "{http.request.host}": { name: "preview", pattern } },
});
const PREVIEW = hostMatches("^([0-9a-f]{16})--");

/** Under a preview's host name, its release answers instead of the current one, and search engines stay away. */
const previewRoutes = (root: string): CaddyRoute[] => [
  {
    match: [PREVIEW],
    handle: [
      { handler: "vars", root: `${root}/releases/{http.regexp.preview.1}` },
      setHeaders({ "X-Robots-Tag": "noindex" }),
    ],
  },
  { match: [{ ...hostMatches("--"), not: [PREVIEW] }], handle: [{ handler: "error", status_code: 404 }] },
];

/** Matches a path that is a file of the release once one of the endings is added. */
const isFile = (...endings: string[]): CaddyMatch => ({
  file: { try_files: endings.map((ending) => `{http.request.uri.path}${ending}`) },
});

const isFileIn = (root: string): CaddyMatch => ({ file: { root, try_files: ["{http.request.uri.path}"] } });

/** A path of an app that routes in the browser: neither a file nor like one. */
const APP: CaddyRoute = {
  match: [{ not: [isFile("", "/index.html"), { path_regexp: { pattern: "\\.[A-Za-z0-9]{1,8}$" } }] }],
  handle: [{ handler: "rewrite", uri: "/index.html" }],
};
