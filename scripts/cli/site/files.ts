import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type SiteEntry, type SiteFile, type SiteListing, sha256 } from "../../../f/lib/sites/listing.ts";
import type { SiteSettings } from "../../../f/lib/sites/sites_settings.ts";
import { usage } from "../failure.ts";

/** A site as it lies in a folder. */
export type LocalSite = { listing: SiteListing; files: (SiteEntry & SiteFile)[]; sizeBytes: number };

/**
 * Reads the files of a site, sorted by path. Dotfiles stay at home, except `.well-known`; so do node_modules and links.
 */
export function readSite(dir: string, settings: SiteSettings): LocalSite {
  if (!existsSync(dir)) throw usage(`${dir} does not exist`, "Check `site` in run8n.json.");
  const paths = pathsOf(dir).sort();
  if (paths.length === 0) throw usage(`${dir} holds no files to publish`, "Check `site` in run8n.json.");
  const files = paths.map((path) => {
    const content = readFileSync(join(dir, path));
    return { path, content, sha256: sha256(content), sizeBytes: content.byteLength };
  });
  const entries = files.map(({ content: _, ...entry }) => entry);
  return { listing: { entries, settings }, files, sizeBytes: entries.reduce((sum, entry) => sum + entry.sizeBytes, 0) };
}

/** Paths relative to the folder, with `/`. */
function pathsOf(dir: string, below = ""): string[] {
  const entries = readdirSync(join(dir, below), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const name = below ? `${below}/${entry.name}` : entry.name;
    if (entry.name.startsWith(".") && name !== ".well-known") return [];
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : pathsOf(dir, name);
    return entry.isFile() ? [name] : [];
  });
}
