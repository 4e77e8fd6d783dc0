import { apiErrors } from "./error_pages.ts";
import { handed } from "./handed.ts";
import type { CaddyRoute } from "./route.ts";

/** On a site's origin these are the app's. */
export const API_PATHS = ["/api", "/api/*"];

/** Bodies larger than this never reach Windmill through a site; uploads go to the object store. */
const MAX_API_BODY_BYTES = 10_000_000;
const EIGHT_DIGITS = "^\\d{8,}$"; // a Content-Length of that limit or more; bodies without one are cut off at it

/**
 * `/api/<rest>` becomes `/api/r/<workspace>/apps/<project>/<rest>` at Windmill. Only the plain characters of a route
 * pass, matched against the decoded and cleaned path, so no `..`, in whatever spelling, reaches another route there.
 */
export function apiRoute(): CaddyRoute {
  const rest = { path_regexp: { name: "api", pattern: "^/api/([A-Za-z0-9_.~@+:/-]+)$" } };
  const target = `/api/r/${handed("workspace")}/apps/${handed("project")}/{http.regexp.api.1}?{http.request.uri.query}`;
  const tooLarge: CaddyRoute = {
    match: [{ header_regexp: { "Content-Length": { pattern: EIGHT_DIGITS } } }],
    handle: [{ handler: "error", status_code: 413 }],
  };
  const forward: CaddyRoute = {
    match: [rest],
    handle: [
      { handler: "request_body", max_size: MAX_API_BODY_BYTES },
      { handler: "rewrite", uri: target },
      { handler: "reverse_proxy", upstreams: [{ dial: handed("windmill") }] },
    ],
  };
  const unknown: CaddyRoute = { handle: [{ handler: "error", status_code: 404 }] };
  return {
    match: [{ path: API_PATHS }],
    handle: [{ handler: "subroute", routes: [tooLarge, forward, unknown], errors: { routes: apiErrors() } }],
    terminal: true,
  };
}
