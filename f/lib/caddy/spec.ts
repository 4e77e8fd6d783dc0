import { InvalidInputError } from "../errors.ts";
import { rootFolder } from "../host/paths.ts";
import { describe } from "../names.ts";
import type { CaddyValue } from "../resources.ts";
import type { Balance } from "./forward.ts";
import { proxySpec } from "./proxy_spec.ts";
import type { Claim, LiveSpec } from "./route.ts";
import { redirectCode, redirectTarget } from "./targets.ts";

/** What a caller says about a route; null is how a form sends a field that was left empty. */
export type RouteRequest = {
  kind: LiveSpec["kind"];
  /** The root of the site host, for a static route. */
  siteRoot?: string;
  upstream?: string | null;
  replicas?: string[] | null;
  balance?: Balance | null;
  healthPath?: string | null;
  target?: string | null;
  statusCode?: number | null;
};

const OPTIONS = {
  static: [],
  proxy: ["upstream", "replicas", "balance", "healthPath"],
  redirect: ["target", "statusCode"],
} as const;

/** Judges what a caller wants a host to answer with. Throws InvalidInput for what is wrong, missing or out of place. */
export function routeSpec(ask: RouteRequest, { project, host, caddy }: Claim & { caddy: CaddyValue }): LiveSpec {
  const { kind } = ask;
  const allowed: readonly string[] | undefined = Object.hasOwn(OPTIONS, kind) ? OPTIONS[kind] : undefined;
  if (!allowed) {
    throw new InvalidInputError(`kind must be one of ${Object.keys(OPTIONS).join(", ")}; got ${describe(kind)}`, {
      hint: 'Use "static" for a site, "proxy" for an app, "redirect" to send visitors elsewhere.',
      details: { argument: "kind" },
    });
  }
  for (const argument of Object.values(OPTIONS).flat()) {
    if (ask[argument] == null || allowed.includes(argument)) continue;
    throw new InvalidInputError(`${argument} means nothing for a ${kind} route`, {
      hint: `Leave ${argument} out, or choose the kind of route it belongs to.`,
      details: { argument },
    });
  }
  if (kind === "proxy") return { kind, ...proxySpec(ask, caddy.admin) };
  if (kind === "redirect") {
    return { kind, target: redirectTarget(ask.target, host), statusCode: redirectCode(ask.statusCode ?? 308) };
  }
  return { kind, root: `${rootFolder(ask.siteRoot)}/${project}` };
}
