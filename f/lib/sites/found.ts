import type { Host } from "../host/host.ts";
import { type Contents, type Place, placesOf } from "./contents.ts";
import { type Live, listIds, readLive, readMeta, siteLayout } from "./layout.ts";
import type { SiteListing } from "./listing.ts";
import { releaseOf } from "./release.ts";
import { readStoredListing, type StoredListing } from "./stored_listing.ts";

/** What a site host holds of a site, as far as a new release asks for it. */
export type Found = {
  live: Live;
  /** The live release's files, where they are known. */
  listing?: StoredListing;
  /** The release is there, complete. */
  complete: boolean;
  /** Where contents lie that the release needs; empty for one that is there. */
  places: Map<string, Place>;
  /** Something that a call left behind. */
  rubbish: boolean;
};

/** Reads what there is, without a change. Contents that come with the call are not looked for. */
export async function findFor(host: Host, project: string, listing: SiteListing, contents?: Contents): Promise<Found> {
  const site = siteLayout(project);
  const { id } = releaseOf(listing);
  const [live, there, ids, meta, stored] = await Promise.all([
    readLive(host, site),
    host.list(project),
    listIds(host, site),
    readMeta(host, site, id),
    readStoredListing(host, site, id),
  ]);
  const complete = ids.includes(id) && meta !== undefined && stored !== undefined;
  const current = live.current === undefined ? undefined : await readStoredListing(host, site, live.current);
  const rubbish = there.some((name) => `${project}/${name}` === site.partial);
  const found = { live, complete, rubbish, ...(current ? { listing: current } : {}) };
  if (complete) return { ...found, places: new Map() };
  const wanted = { ...listing, entries: listing.entries.filter((entry) => !contents?.has(entry.sha256)) };
  return { ...found, places: await placesOf(host, site, wanted, current) };
}

/** The contents of a listing that neither the host nor the call has. */
export const lackingOf = (listing: SiteListing, { complete, places }: Found, contents?: Contents): string[] =>
  complete
    ? []
    : [...new Set(listing.entries.map((entry) => entry.sha256))].filter(
        (name) => !places.has(name) && !contents?.has(name),
      );
