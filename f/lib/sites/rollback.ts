import { NotFoundError } from "../errors.ts";
import type { Host } from "../host/host.ts";
import { projectName } from "../names.ts";
import { operate } from "../operations/operate.ts";
import { type Live, listIds, readLive, readMeta, type SiteLayout, siteLayout } from "./layout.ts";
import { describePublished } from "./publish.ts";
import { type ReleaseMeta, releaseId } from "./release.ts";
import { type Served, type SitePorts, serveRelease } from "./serve.ts";
import { readStoredListing } from "./stored_listing.ts";
import { switchTo } from "./switch.ts";

/**
 * Makes an earlier release the current one again: the named one, or else the one that was current before. It is
 * served as it was then. Naming it makes the call safe to repeat. Throws NotFound when there is no such release.
 */
export async function rollbackSite(ask: SitePorts & { project: string; release?: string | null }): Promise<Served> {
  const { sql, caddy } = ask;
  const project = projectName(ask.project);
  const named = ask.release == null ? undefined : releaseId(ask.release);
  const asked = { project, release: named ?? null };
  return operate({ sql, verb: "infra/sites/rollback_site", project, arguments: asked }, async () => {
    const site = siteLayout(project);
    const host = await ask.host;
    const before = await readLive(host, site);
    const kept = await keptReleases(host, site);
    const target = kept.find(({ id }) => id === (named ?? earlier(before, kept)));
    if (!target) throw notFound(project, named !== undefined);
    const unchanged = before.current === target.id;
    const listing = await readStoredListing(host, site, target.id);
    if (!unchanged) await returnTo(host, site, { id: target.id, entries: listing?.entries ?? [] }, before);
    const after = await readLive(host, site);
    const published = describePublished(project, target, after, unchanged ? "unchanged" : "updated");
    return serveRelease({ sql, caddy }, published, listing?.settings ?? {});
  });
}

async function returnTo(
  host: Host,
  site: SiteLayout,
  to: { id: string; entries: { path: string }[] },
  live: Live,
): Promise<void> {
  const leaving = live.current && (await readStoredListing(host, site, live.current));
  await switchTo(host, site, to, { live, ...(leaving ? { listing: leaving } : {}) });
}

/** Every complete release with what is kept beside it, newest first. */
export async function keptReleases(host: Host, site: SiteLayout): Promise<ReleaseMeta[]> {
  const metas = await Promise.all((await listIds(host, site)).map((id) => readMeta(host, site, id)));
  return metas
    .filter((meta) => meta !== undefined)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id));
}

/** A deploy or rollback that was killed half-way leaves both links on one release; then age decides. */
function earlier({ current, previous }: Live, kept: ReleaseMeta[]): string | undefined {
  if (current === undefined || previous !== current) return previous;
  return kept.slice(kept.findIndex(({ id }) => id === current) + 1)[0]?.id;
}

const notFound = (project: string, named: boolean) =>
  new NotFoundError(
    named
      ? `The site of ${project} has no such release any more`
      : `The site of ${project} has no release before this one`,
    { hint: "Look at list_releases and name the release to return to.", details: { project } },
  );
