import { pageErrors, whenStatus } from "./error_pages.ts";
import { handed, isHanded } from "./handed.ts";
import type { CaddyMatch, CaddyRoute } from "./route.ts";
import { apiRoute } from "./site_api.ts";
import { authRoute } from "./site_auth.ts";
import {
  CONTENT_TYPE,
  fileServer,
  HIDDEN,
  IMMUTABLE,
  IS_IMMUTABLE,
  IS_PAGE,
  ON_ANSWER,
  PAGES,
  REVALIDATED,
  setHeaders,
  UNCONDITIONAL,
  unlessSet,
} from "./site_files.ts";
import { REDIRECTS } from "./site_settings.ts";

/**
 * Serves every static site and the API on its origin, from the variables that the site's own route has set: written
 * once, because Caddy builds anew what stands in a route whenever any of them changes. An asset that the current release
 * lacks is looked for among those of earlier ones, because a page that was loaded a moment ago still asks for it; pages
 * themselves come from the current release only.
 */
export function servingRoute(): CaddyRoute {
  const routes: CaddyRoute[] = [
    apiRoute(),
    authRoute(),
    ...PREVIEWS,
    { handle: [...ON_ANSWER, ...unlessSet(SECURITY), ...unlessSet(REVALIDATED)] },
    { match: [{ not: [{ method: ["GET", "HEAD"] }] }], handle: [{ handler: "error", status_code: 405 }] },
    { match: IS_IMMUTABLE, handle: unlessSet(IMMUTABLE) },
    ...REDIRECTS,
    { match: [HIDDEN], handle: [{ handler: "error", status_code: 404 }] },
    {
      match: [{ ...isFile(".html"), not: [isFile("", "/index.html")] }],
      handle: [{ handler: "rewrite", uri: "{http.request.uri.path}.html" }],
    },
    APP,
    { handle: [...CONTENT_TYPE, fileServer()] },
  ];
  const errors = { routes: [AFTER_FAILURE, RECENT, NOT_FOUND, ...pageErrors()] };
  return {
    "@id": SERVING_ID,
    match: [isHanded("is_site")],
    handle: [{ handler: "subroute", routes, errors }],
    terminal: true,
  };
}

export const SERVING_ID = "run8n:sites";

const SECURITY = { "X-Content-Type-Options": "nosniff", "Referrer-Policy": "strict-origin-when-cross-origin" };

/** What a site's settings say of how long an answer keeps is about files, and none was found. */
const AFTER_FAILURE: CaddyRoute = { handle: [...ON_ANSWER, ...unlessSet(SECURITY), setHeaders(REVALIDATED)] };

const hostMatches = (pattern: string): CaddyMatch => ({
  ...isHanded("has_previews"),
  vars_regexp: { "{http.request.host}": { name: "preview", pattern } },
});
const PREVIEW = hostMatches("^([0-9a-f]{16})--");

/** Under a preview's host name, its release answers instead of the current one, and search engines stay away. */
const PREVIEWS: CaddyRoute[] = [
  {
    match: [PREVIEW],
    handle: [
      { handler: "vars", root: `${handed("folder")}/releases/{http.regexp.preview.1}` },
      setHeaders({ "X-Robots-Tag": "noindex" }),
    ],
  },
  { match: [{ ...hostMatches("--"), not: [PREVIEW] }], handle: [{ handler: "error", status_code: 404 }] },
];

/** Matches a path that is a file of the release once one of the endings is added. */
function isFile(...endings: string[]): CaddyMatch {
  return { file: { try_files: endings.map((ending) => `{http.request.uri.path}${ending}`) } };
}

/** A path of an app that routes in the browser: neither a file nor like one. */
const APP: CaddyRoute = {
  match: [
    { ...isHanded("is_app"), not: [isFile("", "/index.html"), { path_regexp: { pattern: "\\.[A-Za-z0-9]{1,8}$" } }] },
  ],
  handle: [{ handler: "rewrite", uri: "/index.html" }],
};

// Only what really was not found comes here: a look beforehand could be outdated by a switch before the answer.
const RECENT_FILES = `${handed("folder")}/recent/site`;
const RECENT: CaddyRoute = {
  match: [
    {
      ...whenStatus(404),
      file: { root: RECENT_FILES, try_files: ["{http.request.uri.path}"] },
      not: [HIDDEN, PAGES],
    },
  ],
  handle: [
    { handler: "subroute", routes: [{ match: IS_IMMUTABLE, handle: [setHeaders(IMMUTABLE)] }] },
    UNCONDITIONAL,
    fileServer({ root: RECENT_FILES, status_code: "200" }),
  ],
};

const NOT_FOUND: CaddyRoute = {
  match: [{ ...whenStatus(404), file: { try_files: [handed("not_found")] } }],
  handle: [
    UNCONDITIONAL,
    IS_PAGE,
    { handler: "rewrite", uri: handed("not_found") },
    fileServer({ status_code: "404" }),
  ],
};
