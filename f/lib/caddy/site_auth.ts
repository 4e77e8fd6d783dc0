import { apiErrors } from "./error_pages.ts";
import { handed, isHanded } from "./handed.ts";
import type { CaddyRoute } from "./route.ts";

/** On a site's origin these are GoTrue's, where there is one. */
export const AUTH_PATHS = ["/auth/v1", "/auth/v1/*"];

const MAX_BODY_BYTES = 100_000;

/** What a visitor's browser asks GoTrue for. Its admin API and its invitations are not among it, whoever has a key. */
const FOR_VISITORS = [
  "signup",
  "token",
  "otp",
  "magiclink",
  "recover",
  "resend",
  "reauthenticate",
  "verify",
  "user",
  "user/identities",
  "logout",
  "settings",
  "authorize",
  "callback",
];

/**
 * `/auth/v1/<what>` of a site is GoTrue, where the edge knows one: a page signs people in on its own origin, and
 * needs no address of another. Matched against the decoded and cleaned path, so that nothing else of GoTrue is reached.
 */
export function authRoute(): CaddyRoute {
  const forward: CaddyRoute = {
    match: [{ path_regexp: { name: "auth", pattern: `^/auth/v1/(${FOR_VISITORS.join("|")})$` } }],
    handle: [
      { handler: "request_body", max_size: MAX_BODY_BYTES },
      { handler: "rewrite", uri: "/{http.regexp.auth.1}?{http.request.uri.query}" },
      { handler: "reverse_proxy", upstreams: [{ dial: handed("gotrue") }] },
    ],
  };
  const unknown: CaddyRoute = { handle: [{ handler: "error", status_code: 404 }] };
  return {
    match: [{ ...isHanded("has_gotrue"), path: AUTH_PATHS }],
    handle: [{ handler: "subroute", routes: [forward, unknown], errors: { routes: apiErrors() } }],
    terminal: true,
  };
}
