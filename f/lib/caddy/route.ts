import type { CaddyValue } from "../resources.ts";
import { goneHandlers } from "./error_pages.ts";
import { type Extras, extraHandlers } from "./extras.ts";
import { type ProxySpec, proxyHandlers, redirectHandlers } from "./forward.ts";
import { type SiteSpec, siteHandlers } from "./site.ts";

/** What a host answers with while its project is in use. */
export type LiveSpec = Extras &
  (
    | ({ kind: "static" } & SiteSpec)
    | ({ kind: "proxy" } & ProxySpec)
    | { kind: "redirect"; target: string; statusCode: number }
  );

/** `gone` is what a deleted project's host says until it is purged; `was` is what it says again when restored. */
export type RouteSpec = LiveSpec | { kind: "gone"; was: LiveSpec };

export type Claim = { project: string; host: string };

/** A route in Caddy's JSON; ours carry an `@id` that says whose they are. */
export type CaddyRoute = {
  "@id"?: string;
  /** Of several routes of one group, a request goes through the first that fits. */
  group?: string;
  match?: CaddyMatch[];
  handle?: CaddyHandler[];
  terminal?: boolean;
};
export type CaddyMatch = Record<string, unknown>;
export type CaddyHandler = { handler: string; [option: string]: unknown };

export type OwnRoute = Claim & { kind: RouteSpec["kind"] };

/** The route as Caddy takes it. The same arguments always give the same route, so that "no change" can be seen. */
export function caddyRoute(claim: Claim, spec: RouteSpec, caddy: CaddyValue): CaddyRoute {
  const { project, host } = claim;
  const own = `${project}.${caddy.domain}`;
  // A release's preview is `<release>--<project>.<domain>`: no project's name has two hyphens.
  const previews = (spec.kind === "gone" ? spec.was : spec).kind === "static" && host === own;
  return {
    "@id": `run8n:${project}:${spec.kind}:${host}`,
    group: GROUP,
    match: [{ host: [host] }, ...(previews ? [{ header: { Host: [`*--${own}*`] } }] : [])],
    handle: spec.kind === "gone" ? goneHandlers() : liveHandlers(project, spec, { caddy, previews }),
    // A site's route hands over to the one that serves all sites.
    ...(spec.kind === "static" ? {} : { terminal: true }),
  };
}

/** All of ours, so that a wildcard's route takes no request that a full name's route has handed over. */
export const GROUP = "run8n";

function liveHandlers(project: string, spec: LiveSpec, at: { caddy: CaddyValue; previews: boolean }): CaddyHandler[] {
  const extras = extraHandlers(spec, spec.kind === "static");
  if (spec.kind === "static") return [...extras, ...siteHandlers(project, spec, at)];
  if (spec.kind === "proxy") return [...extras, ...proxyHandlers(spec)];
  return [...extras, ...redirectHandlers(spec.target, spec.statusCode)];
}

/** Whose route it is and what for, or undefined for one that is not ours. */
export function ownRoute(route: CaddyRoute): OwnRoute | undefined {
  const match = /^run8n:([^:]+):(static|proxy|redirect|gone):([^:]+)$/.exec(route["@id"] ?? "");
  if (!match) return undefined;
  const [, project = "", kind, host = ""] = match;
  return { project, kind: kind as RouteSpec["kind"], host };
}
