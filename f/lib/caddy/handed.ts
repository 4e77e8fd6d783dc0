import type { CaddyHandler, CaddyMatch } from "./route.ts";

/** What a site's own route hands over to the one that serves all sites, as variables of the request. */
type Name =
  | "is_site"
  | "project"
  | "workspace"
  | "windmill"
  | "has_gotrue"
  | "gotrue"
  | "folder"
  | "not_found"
  | "has_previews"
  | "is_app"
  | "is_immutable"
  | "is_redirect"
  | "redirect_status"
  | "redirect_origin"
  | "redirect_path"
  | "redirect_rest"
  | "keeps_query";

/** Of a variable that only says yes. */
export const YES = "yes";

export const handOver = (values: { [name in Name]?: string }): CaddyHandler => ({
  handler: "vars",
  ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`run8n_${name}`, value])),
});

/** What stands for a variable in a text of Caddy's. */
export const handed = (name: Name): string => `{http.vars.run8n_${name}}`;

/** Matches a request that was given a variable that says yes. */
export const isHanded = (name: Name): CaddyMatch => ({ vars: { [`run8n_${name}`]: [YES] } });
