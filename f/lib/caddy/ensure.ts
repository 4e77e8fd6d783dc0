import { isDeepStrictEqual } from "node:util";
import { UpstreamError } from "../errors.ts";
import { projectName } from "../names.ts";
import { operate } from "../operations/operate.ts";
import { type Sql, transaction } from "../postgres/connect.ts";
import type { CaddyValue } from "../resources.ts";
import type { Workspace } from "../windmill/workspace.ts";
import { changeRoutes } from "./admin.ts";
import { isArranged } from "./arrange.ts";
import { changeCertificates, needsCertificate } from "./certificates.ts";
import { hostFor, otherHolder, publicUrl, takenBy } from "./hosts.ts";
import { noteOrigin } from "./origins.ts";
import { recordedSpecs } from "./project_routes.ts";
import { type CaddyRoute, type Claim, caddyRoute, type OwnRoute, ownRoute, type RouteSpec } from "./route.ts";
import { servedSettings, withSettings } from "./served.ts";
import { type RouteRequest, routeSpec } from "./spec.ts";
import { type ExtrasRequest, extrasOf, visitorsSecret, wantedExtras } from "./visitors.ts";
import { placeRoute, wildcardOf } from "./wildcard.ts";

export type EnsuredRoute = OwnRoute & {
  url: string;
  /** Of a protected host: the user name that visitors need, and where Windmill keeps their password. */
  visitors?: { user: string; secret: string };
  status: "created" | "updated" | "unchanged";
};

/**
 * Makes a host answer with a project's site, app or redirect, and keeps a record of it from which all routes can be
 * rebuilt; a domain that the project brings becomes one of its origins. Throws InvalidInput for arguments that make no
 * route, Forbidden for a name of the server's own domain, Conflict for a host that somebody else holds, Upstream when
 * Caddy refuses (what ran before still runs).
 */
export async function ensureRoute(
  ask: { sql: Sql; caddy: CaddyValue; workspace: Workspace; project: string; hostname?: string | null } & RouteRequest &
    ExtrasRequest,
): Promise<EnsuredRoute> {
  const { sql, caddy, workspace } = ask;
  const project = projectName(ask.project);
  const host = hostFor(project, ask.hostname, caddy);
  const spec = routeSpec(ask, { project, host, caddy });
  const wanted = wantedExtras(ask);
  const url = publicUrl(host, caddy);
  const asked = { project, host, ...spec, ...wanted };
  return operate({ sql, verb: "infra/caddy/ensure_route", project, arguments: asked }, async () => {
    const before = (await recordedSpecs(sql, project)).get(host);
    const recorded = (before?.kind === "gone" ? before.was : before) ?? {};
    const extras = await extrasOf(workspace, project, wanted, recorded);
    const served = withSettings({ ...spec, ...extras }, await servedSettings(sql, project));
    const { status, ...own } = await transaction(sql, () => runRoute(sql, caddy, { project, host }, served));
    const noted =
      host !== hostFor(project, null, caddy) &&
      (await noteOrigin(workspace, { project, url, own: spec.kind !== "redirect" }));
    const visitors = extras.visitors && { user: extras.visitors.user, secret: visitorsSecret(project) };
    return {
      ...own,
      url,
      ...(visitors ? { visitors } : {}),
      status: noted && status === "unchanged" ? "updated" : status,
    };
  });
}

/** Records the route and runs it, both or none. */
async function runRoute(
  sql: Sql,
  caddy: CaddyValue,
  claim: Claim,
  spec: RouteSpec,
): Promise<Omit<EnsuredRoute, "url" | "visitors">> {
  const { host } = claim;
  const route = caddyRoute(claim, spec, caddy);
  const onRecord = await record(sql, claim, spec);
  // First: a name that is answered for is one that browsers ask for.
  const certified = needsCertificate(host, caddy) && (await changeCertificates(caddy, (all) => [...all, host]));
  let was: "absent" | "other" | "same" | undefined;
  const edge = await changeRoutes(caddy, (routes, { servers }) => {
    const holder = otherHolder(claim, servers, caddy.domain);
    if (holder) throw takenBy(host, holder);
    const held = routes.filter((one) => isFor(host, one));
    const same = isDeepStrictEqual(held, [route]) && isArranged(routes);
    const is = held.length === 0 ? "absent" : same ? "same" : "other";
    was ??= is; // asked again, it may be seeing our own change
    return is === "same" ? undefined : placeRoute(route, routes);
  });
  const running = edge.servers[caddy.server]?.routes?.find((one) => isFor(host, one));
  const own = running && ownRoute(running);
  if (!own) throw lost(host);
  const changed = was === "other" || !onRecord || certified;
  return { ...own, status: was === "absent" ? "created" : changed ? "updated" : "unchanged" };
}

const isFor = (host: string, route: CaddyRoute): boolean => ownRoute(route)?.host === host;

/**
 * Claims the host for the project and notes what it should answer with; the transaction undoes it if Caddy refuses.
 * True when that was on record already.
 */
async function record(sql: Sql, { project, host }: Claim, spec: RouteSpec): Promise<boolean> {
  const { rows } = await sql.query<{ same: boolean | null }>(
    `insert into run8n.route as r (host, project, route) values ($1, $2, $3)
     on conflict (host) do update
       set route = excluded.route,
           updated_at = case when r.route = excluded.route then r.updated_at else now() end
       where r.project = excluded.project
     returning (select before.route = $3 from run8n.route before where before.host = $1) as same`,
    [host, project, JSON.stringify(spec)],
  );
  // Also a part of it: another project's name that a wildcard takes in, or its wildcard that takes this name in.
  const others = await sql.query(
    `select 1 from run8n.route
      where project <> $2 and ((host <> $1 and '*' || substr(host, strpos(host, '.')) = $1) or host = $3) limit 1`,
    [host, project, wildcardOf(host)],
  );
  if (!rows[0] || others.rows.length > 0) throw takenBy(host, "another project");
  return rows[0].same === true;
}

const lost = (host: string) =>
  new UpstreamError(`Caddy accepted the route for ${host} and then did not have it`, {
    hint: "Somebody else changes Caddy's configuration at the same time; call again.",
    retryable: true,
  });
