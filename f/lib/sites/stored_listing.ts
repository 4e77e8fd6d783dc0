import type { Host } from "../host/host.ts";
import type { Encoding } from "./encodings.ts";
import type { SiteLayout } from "./layout.ts";
import type { SiteEntry } from "./listing.ts";
import type { SiteSettings } from "./sites_settings.ts";

/** A file of a release as it was placed: with the compressed forms that lie beside it. */
export type StoredEntry = SiteEntry & { encodings?: Encoding[] };

/** What is kept beside a release of its files. */
export type StoredListing = { id: string; entries: StoredEntry[]; settings: SiteSettings };

/** The files of a release, or undefined when that is missing or damaged. */
export async function readStoredListing(host: Host, site: SiteLayout, id: string): Promise<StoredListing | undefined> {
  return parsed<StoredListing>(await host.read(site.listing(id)), (listing) => listing.id === id);
}

/** JSON that we wrote, or undefined when it is missing, damaged or something else. */
export function parsed<T>(text: string | undefined, isRight: (value: T) => boolean): T | undefined {
  try {
    const value = JSON.parse(text ?? "null") as T | null;
    return value !== null && isRight(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
