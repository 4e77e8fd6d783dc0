import type { SiteSettings } from "../sites/sites_settings.ts";
import type { CaddyRoute } from "./route.ts";
import { setHeaders } from "./site_files.ts";

/** The redirects of a site, the first that fits counting. Each takes its visitors' queries along. */
export const redirectRoutes = ({ redirects = [] }: SiteSettings): CaddyRoute[] =>
  redirects.map(({ from, to, status }, at) => {
    const [, origin = "", path = "/", fragment = ""] = /^(https?:\/\/[^/?#]+)?([^#]*)(#.*)?$/.exec(to) ?? [];
    const rest = `{http.regexp.redirect${at}.1}`;
    const [plain = "", query = ""] = (path.endsWith("/*") ? path.slice(0, -1) + rest : path || "/").split("?");
    return {
      match: [
        from.endsWith("*") ? { path_regexp: { name: `redirect${at}`, pattern: patternOf(from) } } : { path: [from] },
      ],
      handle: [
        // As a rewrite, so that what stood for the star is encoded as a path must be.
        { handler: "rewrite", uri: `${plain}?${query || "{http.request.uri.query}"}` },
        {
          handler: "static_response",
          status_code: status,
          headers: { Location: [`${origin}{http.request.uri}${fragment}`] },
        },
      ],
      terminal: true,
    };
  });

/** What the star stands for begins with no slash: that would lead to another host. */
const patternOf = (from: string): string =>
  `(?i)^${from.slice(0, -1).replace(/[.+]/g, "\\$&")}${from.endsWith("/*") ? "((?:[^/\\\\].*)?)" : "(.*)"}$`;

/** The headers that a site gives its answers; a later rule wins. */
export const headerRoutes = ({ headers = [] }: SiteSettings): CaddyRoute[] =>
  headers.map(({ path, set }) => ({ match: [{ path: [path] }], handle: [setHeaders(set)] }));
