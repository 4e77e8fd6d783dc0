import { requireIndex, type SiteFile } from "./listing.ts";
import { type About, SitePaths } from "./paths.ts";
import { readTar } from "./tar.ts";

const ABOUT: About = {
  argument: "raw_string",
  what: "archive",
  advice: "Leave it out, for example with tar -czf site.tgz --exclude='.[!.]*' -C <folder> .",
};

/**
 * Reads a whole site from a .tgz in base64. Throws InvalidInput for what is no such archive, or names files that no site
 * may hold, TooLarge for what is beyond SITE_LIMITS.
 */
export async function readArchive(base64: unknown): Promise<SiteFile[]> {
  const files: SiteFile[] = [];
  const paths = new SitePaths(ABOUT);
  await readTar(base64, ({ name, type, content }) => {
    const path = paths.add(name, type === "file" ? "file" : "folder");
    if (type === "file" && path !== undefined) files.push({ path, content });
  });
  requireIndex(files, ABOUT);
  return files;
}
