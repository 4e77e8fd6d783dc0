import type { CaddyValue } from "../resources.ts";
import { apiErrors, pageErrors, whenStatus } from "./error_pages.ts";
import type { CaddyHandler, CaddyMatch, CaddyRoute } from "./route.ts";

/** Bodies larger than this never reach Windmill through a site; uploads go to the object store. */
const MAX_API_BODY_BYTES = 10_000_000;
const EIGHT_DIGITS = "^\\d{8,}$"; // a Content-Length of that limit or more; bodies without one are cut off at it

/**
 * A static site and the API on its own origin. Caddy opens `current` anew for each request, so a deploy switches it
 * without a change here. An asset that the current release lacks is looked for in the previous one, because a page that
 * was loaded a moment ago still asks for it; pages themselves come from the current release only.
 */
export function siteHandlers(project: string, root: string, caddy: CaddyValue): CaddyHandler[] {
  const current = `${root}/current`;
  const previous = `${root}/previous`;
  const routes: CaddyRoute[] = [
    apiRoute(project, caddy),
    RESPONSE,
    {
      match: [{ not: [{ method: ["GET", "HEAD"] }] }],
      handle: [{ handler: "error", status_code: 405 }],
    },
    { match: [HIDDEN], handle: [{ handler: "error", status_code: 404 }] },
    {
      match: [{ ...pathIn(current, ".html"), not: [pathIn(current, "", "/index.html")] }],
      handle: [{ handler: "rewrite", uri: "{http.request.uri.path}.html" }],
    },
    { handle: [{ handler: "file_server", root: current }] },
  ];
  // Only what really was not found comes here: a look beforehand could be outdated by a switch before the answer.
  const inPrevious: CaddyRoute = {
    match: [{ ...whenStatus(404), ...pathIn(previous, ""), not: [HIDDEN, { path: ["*.html", "*.htm", "*/"] }] }],
    handle: [UNCONDITIONAL, { handler: "file_server", root: previous, status_code: "200" }],
  };
  const ownNotFound: CaddyRoute = {
    match: [{ ...whenStatus(404), file: { root: current, try_files: ["/404.html"] } }],
    handle: [
      UNCONDITIONAL,
      { handler: "rewrite", uri: "/404.html" },
      { handler: "file_server", root: current, status_code: "404" },
    ],
  };
  const errors = { routes: [RESPONSE, inPrevious, ownNotFound, ...pageErrors()] };
  return [{ handler: "subroute", routes, errors }];
}

/** No release holds such files; should one appear on the disk, it is not served either. */
const HIDDEN: CaddyMatch = { path_regexp: { pattern: "/\\." }, not: [{ path: ["/.well-known/*"] }] };

/** An answer whose status is forced must be a whole one: neither "not modified" nor a part. */
const UNCONDITIONAL: CaddyHandler = {
  handler: "headers",
  request: { delete: ["If-None-Match", "If-Modified-Since", "Range", "If-Range"] },
};

/** Matches a path that is a file in the folder once one of the endings is added. */
const pathIn = (folder: string, ...endings: string[]): CaddyMatch => ({
  file: { root: folder, try_files: endings.map((ending) => `{http.request.uri.path}${ending}`) },
});

/**
 * What every answer of a site gets. Files are revalidated by their ETag, which stems from their content (a release sets
 * the times of its files accordingly), so the time itself means nothing to a browser.
 */
const RESPONSE: CaddyRoute = {
  handle: [
    {
      handler: "headers",
      response: {
        deferred: true,
        set: {
          "Cache-Control": ["no-cache"],
          "X-Content-Type-Options": ["nosniff"],
          "Referrer-Policy": ["strict-origin-when-cross-origin"],
        },
        delete: ["Last-Modified"],
      },
    },
    { handler: "encode", encodings: { zstd: {}, gzip: {} }, prefer: ["zstd", "gzip"] },
  ],
};

/**
 * `/api/<rest>` becomes `/api/r/<workspace>/apps/<project>/<rest>` at Windmill. Only the plain characters of a route
 * pass, matched against the decoded and cleaned path, so no `..`, in whatever spelling, reaches another route there.
 */
function apiRoute(project: string, caddy: CaddyValue): CaddyRoute {
  const rest = { path_regexp: { name: "api", pattern: "^/api/([A-Za-z0-9_.~@+:/-]+)$" } };
  const target = `/api/r/${caddy.workspace}/apps/${project}/{http.regexp.api.1}?{http.request.uri.query}`;
  const tooLarge: CaddyRoute = {
    match: [{ header_regexp: { "Content-Length": { pattern: EIGHT_DIGITS } } }],
    handle: [{ handler: "error", status_code: 413 }],
  };
  const forward: CaddyRoute = {
    match: [rest],
    handle: [
      { handler: "request_body", max_size: MAX_API_BODY_BYTES },
      { handler: "rewrite", uri: target },
      { handler: "reverse_proxy", upstreams: [{ dial: caddy.windmill }] },
    ],
  };
  const unknown: CaddyRoute = { handle: [{ handler: "error", status_code: 404 }] };
  return {
    match: [{ path: ["/api", "/api/*"] }],
    handle: [{ handler: "subroute", routes: [tooLarge, forward, unknown], errors: { routes: apiErrors() } }],
    terminal: true,
  };
}
