import { createHash } from "node:crypto";
import { InvalidInputError, TooLargeError } from "../errors.ts";
import { describe } from "../names.ts";
import { SITE_LIMITS } from "./limits.ts";
import { type About, SitePaths, shown } from "./paths.ts";
import { type SiteSettings, siteSettings } from "./sites_settings.ts";

/** A file of a site: where it is, and what is in it by the name that contents have. */
export type SiteEntry = { path: string; sha256: string; sizeBytes: number };

/** All that makes a release: its files by content, and how they are served. */
export type SiteListing = { entries: SiteEntry[]; settings: SiteSettings };

/** A file of a site with its bytes. */
export type SiteFile = { path: string; content: Uint8Array };

export const listingOf = (files: SiteFile[], settings: SiteSettings = {}): SiteListing => ({
  entries: files.map(({ path, content }) => ({ path, sha256: sha256(content), sizeBytes: content.byteLength })),
  settings,
});

export const sha256 = (content: Uint8Array | string): string => createHash("sha256").update(content).digest("hex");

export const isSha256 = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);

/**
 * Reads a listing that a caller sent, whatever is in it. Throws InvalidInput for what is none or names a file that no
 * site may hold, TooLarge for a site that is beyond SITE_LIMITS.
 */
export function readListing(value: unknown): SiteListing {
  const { entries, settings } = (typeof value === "object" && value !== null ? value : {}) as Partial<SiteListing>;
  if (!Array.isArray(entries)) throw broken(`A listing must be an object with entries; got ${describe(value)}`);
  if (entries.length > SITE_LIMITS.files) throw tooLarge(`The listing names more than ${SITE_LIMITS.files} files`);
  const paths = new SitePaths(ABOUT);
  const sizes = new Map<string, number>();
  let total = 0;
  const read = entries.map((entry: Partial<SiteEntry> | null, at): SiteEntry => {
    const { path, sha256: hash, sizeBytes } = entry ?? {};
    if (typeof path !== "string" || !isSha256(hash) || !isSize(sizeBytes))
      throw broken(`entries[${at}] must have path, sha256 (64 characters of 0-9 and a-f) and sizeBytes`);
    if (sizeBytes > SITE_LIMITS.fileBytes) throw tooLarge(`A file is larger than ${SITE_LIMITS.fileBytes} bytes`, path);
    if ((sizes.get(hash) ?? sizeBytes) !== sizeBytes) throw broken(`entries[${at}] gives one content two sizes`);
    sizes.set(hash, sizeBytes);
    total += sizeBytes;
    if (total > SITE_LIMITS.totalBytes) throw tooLarge(`The site is larger than ${SITE_LIMITS.totalBytes} bytes`);
    return { path: paths.add(path, "file") as string, sha256: hash, sizeBytes };
  });
  requireIndex(read, ABOUT);
  const listing = { entries: read, settings: siteSettings(settings) };
  requirePages(listing);
  return listing;
}

const ABOUT: About = {
  argument: "listing",
  what: "listing",
  advice: "Leave it out of the listing, or rename it",
};

/** A site without an index.html at its top would answer its own address with nothing. */
export function requireIndex(files: { path: string }[], { argument, what, advice }: About): void {
  if (files.some(({ path }) => path === "index.html")) return;
  const nested = files.find(({ path }) => path.endsWith("/index.html"))?.path;
  throw new InvalidInputError(`The ${what} has no index.html at its top`, {
    hint: nested ? `List what is in the site's folder, not the folder itself. ${advice}.` : "Add an index.html.",
    details: { argument, ...(nested ? { entry: shown(nested) } : {}) },
  });
}

/** A page that the settings name must be there. */
export function requirePages({ entries, settings }: SiteListing): void {
  const { notFound } = settings;
  if (notFound === undefined || entries.some(({ path }) => path === notFound)) return;
  throw new InvalidInputError("The site has no file where notFound of its settings says", {
    hint: "Add the page, or correct `site.notFound` in run8n.json.",
    details: { argument: "settings", field: "notFound" },
  });
}

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const broken = (message: string) =>
  new InvalidInputError(message, {
    hint: 'Send { "entries": [{ "path": "index.html", "sha256": "...", "sizeBytes": 12 }, ...] }, one for each file.',
    details: { argument: ABOUT.argument },
  });

const tooLarge = (message: string, path?: string) =>
  new TooLargeError(message, {
    hint: "Leave out what the site does not need, or keep large files in the object store.",
    details: { argument: ABOUT.argument, ...(path === undefined ? {} : { entry: shown(path) }) },
  });
