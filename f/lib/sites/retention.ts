import type { Host } from "../host/host.ts";
import { listIds, readLive, readMeta, type SiteLayout } from "./layout.ts";
import { RELEASES_KEPT } from "./limits.ts";

const MINUTES_OF_A_DAY = 1440;

/**
 * Removes releases beyond the newest RELEASES_KEPT, never the current or the previous one, and what belongs to releases
 * and sets of assets that are gone. A release leaves its place in one step before it is removed, so that a kill leaves
 * none that looks complete and is not. Contents that nothing uses any more go a day later, once releases are that old.
 */
export async function discardOldReleases(host: Host, site: SiteLayout): Promise<void> {
  const [ids, metas, listings, sets, recent, live] = await Promise.all([
    listIds(host, site),
    host.list(site.metas),
    host.list(site.listings),
    host.list(site.recents),
    host.readLink(site.recent),
    readLive(host, site),
  ]);
  const old = ids.length > RELEASES_KEPT ? await beyondLimit(host, site, ids) : [];
  const discarded = old.filter(({ id }) => id !== live.current && id !== live.previous);
  for (const { id } of discarded) await host.rename(site.release(id), `${site.partial}/${id}`);
  const gone = new Set(discarded.map(({ id }) => id));
  const kept = new Set(ids.filter((id) => !gone.has(id)).map((id) => `${id}.json`));
  const rubbish = [
    ...(gone.size > 0 ? [site.partial] : []),
    ...metas.filter((name) => !kept.has(name)).map((name) => `${site.metas}/${name}`),
    ...listings.filter((name) => !kept.has(name)).map((name) => `${site.listings}/${name}`),
    ...sets.map((id) => site.recentSet(id)).filter((path) => !recent || !path.endsWith(`/${recent}`)),
  ];
  if (rubbish.length > 0) await host.remove(...rubbish);
  const dayAgo = new Date(Date.now() - MINUTES_OF_A_DAY * 60_000).toISOString();
  if (discarded.some(({ createdAt }) => createdAt < dayAgo)) await host.removeUnlinked(site.contents, MINUTES_OF_A_DAY);
}

async function beyondLimit(host: Host, site: SiteLayout, ids: string[]): Promise<{ id: string; createdAt: string }[]> {
  const dated = await Promise.all(
    ids.map(async (id) => ({ id, createdAt: (await readMeta(host, site, id))?.createdAt ?? "" })),
  );
  return dated.sort((a, b) => b.createdAt.localeCompare(a.createdAt)).slice(RELEASES_KEPT);
}
