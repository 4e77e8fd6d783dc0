import type { Redirect, SiteSettings } from "../sites/sites_settings.ts";
import { handed, handOver, isHanded, YES } from "./handed.ts";
import type { CaddyMatch, CaddyRoute } from "./route.ts";
import { setHeaders } from "./site_files.ts";

/** What a site's settings say of a path: nothing is answered here, only handed over, or set where others leave it. */
export const settingsRoutes = ({ immutable = [], headers = [], redirects = [] }: SiteSettings): CaddyRoute[] => [
  ...(immutable.length > 0 ? [{ match: [{ path: immutable }], handle: [handOver({ is_immutable: YES })] }] : []),
  // Of several rules for one header the last wins.
  ...headers.map(({ path, set }) => ({ match: [{ path: [path] }], handle: [setHeaders(set)] })),
  ...redirects.map(redirectRoute),
];

/** Of the redirects that fit, the first counts. Each takes its visitors' queries along. */
function redirectRoute({ from, to, status }: Redirect, at: number): CaddyRoute {
  const [, origin = "", path = "/", fragment = ""] = /^(https?:\/\/[^/?#]+)?([^#]*)(#.*)?$/.exec(to) ?? [];
  const rest = `{http.regexp.redirect${at}.1}`;
  const [plain = "", query = ""] = (path.endsWith("/*") ? path.slice(0, -1) + rest : path || "/").split("?");
  const target = handOver({
    is_redirect: YES,
    redirect_status: `${status}`,
    redirect_origin: origin,
    redirect_path: plain,
    redirect_rest: `${query ? `?${query}` : ""}${fragment}`,
    ...(query ? {} : { keeps_query: YES }),
  });
  return {
    group: "redirects",
    match: [
      from.endsWith("*") ? { path_regexp: { name: `redirect${at}`, pattern: patternOf(from) } } : { path: [from] },
    ],
    handle: [target],
  };
}

/** What the star stands for begins with no slash: that would lead to another host. */
const patternOf = (from: string): string =>
  `(?i)^${from.slice(0, -1).replace(/[.+]/g, "\\$&")}${from.endsWith("/*") ? "((?:[^/\\\\].*)?)" : "(.*)"}$`;

/** Sends visitors where a redirect of the site says. */
export const REDIRECTS: CaddyRoute[] = [
  sendOn([{ ...isHanded("is_redirect"), not: [isHanded("keeps_query")] }], ""),
  sendOn([isHanded("keeps_query")], "{http.request.uri.query}"),
];

function sendOn(match: CaddyMatch[], query: string): CaddyRoute {
  const location = `${handed("redirect_origin")}{http.request.uri}${handed("redirect_rest")}`;
  return {
    match,
    handle: [
      // As a rewrite, so that what stood for the star is encoded as a path must be.
      { handler: "rewrite", uri: `${handed("redirect_path")}?${query}` },
      { handler: "static_response", status_code: handed("redirect_status"), headers: { Location: [location] } },
    ],
    terminal: true,
  };
}
