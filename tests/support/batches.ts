import { gzipSync } from "node:zlib";
import { listingOf, type SiteListing, sha256 } from "../../f/lib/sites/listing.ts";
import type { SiteSettings } from "../../f/lib/sites/sites_settings.ts";
import { type TarEntry, tarOf } from "./archives.ts";

export type Files = Record<string, string | Buffer>;

/** The listing of a site as a client makes it. */
export const listing = (files: Files, settings: SiteSettings = {}): SiteListing =>
  listingOf(
    Object.entries(files).map(([path, content]) => ({ path, content: Buffer.from(content) })),
    settings,
  );

/** One upload of an incremental deploy, in base64: the listing and the named contents, gzipped like a client does it. */
export const batchOf = (all: SiteListing, contents: (string | Buffer)[], more: TarEntry[] = []): string =>
  tarOf([
    { name: "listing.json.gz", content: gzipSync(JSON.stringify(all)) },
    ...contents.map((content) => ({ name: `contents/${sha256(Buffer.from(content))}.gz`, content: gzipSync(content) })),
    ...more,
  ]).toString("base64");
