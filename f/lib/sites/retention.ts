import type { Host } from "../host/host.ts";
import { listIds, readLive, readMeta, type SiteLayout } from "./layout.ts";
import { RELEASES_KEPT } from "./limits.ts";

/**
 * Removes releases beyond the newest RELEASES_KEPT, never the current or the previous one, and what is kept beside
 * releases that are gone. A release leaves its place in one step before it is removed, so that a kill leaves none that
 * looks complete and is not.
 */
export async function discardOldReleases(host: Host, site: SiteLayout): Promise<void> {
  const [ids, metas, live] = await Promise.all([listIds(host, site), host.list(site.metas), readLive(host, site)]);
  const old = ids.length > RELEASES_KEPT ? await beyondLimit(host, site, ids) : [];
  const discarded = old.filter((id) => id !== live.current && id !== live.previous);
  for (const id of discarded) await host.rename(site.release(id), `${site.partial}/${id}`);
  const kept = ids.filter((id) => !discarded.includes(id)).map((id) => `${id}.json`);
  const orphans = metas.filter((name) => !kept.includes(name)).map((name) => `${site.metas}/${name}`);
  const rubbish = [...(discarded.length > 0 ? [site.partial] : []), ...orphans];
  if (rubbish.length > 0) await host.remove(...rubbish);
}

async function beyondLimit(host: Host, site: SiteLayout, ids: string[]): Promise<string[]> {
  const dated = await Promise.all(
    ids.map(async (id) => ({ id, createdAt: (await readMeta(host, site, id))?.createdAt ?? "" })),
  );
  const newestFirst = dated.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  return newestFirst.slice(RELEASES_KEPT).map(({ id }) => id);
}
