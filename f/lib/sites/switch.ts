import type { Host } from "../host/host.ts";
import type { Live, SiteLayout } from "./layout.ts";
import { keepRecent } from "./recent.ts";
import type { StoredListing } from "./stored_listing.ts";

/**
 * Makes a release the current one and the one before it the previous. Assets that only the leaving release has are put
 * within reach first, so that whatever is asked for in between is found. A kill in between leaves the site as it was,
 * and running again goes on from there.
 */
export async function switchTo(
  host: Host,
  site: SiteLayout,
  to: { id: string; entries: { path: string }[] },
  from: { live: Live; listing?: StoredListing },
): Promise<void> {
  const leaving = from.live.current;
  if (leaving !== undefined) {
    const entries = from.listing?.entries ?? [];
    await keepRecent(host, site, { id: leaving, entries }, to.entries);
    await host.replaceLink(site.previous, `releases/${leaving}`);
  }
  await host.replaceLink(site.current, `releases/${to.id}`);
}
