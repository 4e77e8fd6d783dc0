import { projectName } from "../names.ts";
import { operate } from "../operations/operate.ts";
import { noteDeploy } from "../operations/phases.ts";
import { readArchive } from "./archive.ts";
import { contentsOf } from "./contents.ts";
import { readLive, siteLayout } from "./layout.ts";
import { listingOf, requirePages } from "./listing.ts";
import { publish } from "./publish.ts";
import { releaseOf } from "./release.ts";
import { type Served, type SitePorts, serveRelease } from "./serve.ts";
import { readStoredListing } from "./stored_listing.ts";

/**
 * Publishes a packed site as a new release and makes it the current one; the same content again is `unchanged`. It is
 * served as the release before it. Throws InvalidInput or TooLarge for an archive that is no site, before anything is
 * touched.
 */
export async function deploySite(
  ask: SitePorts & {
    project: string;
    /** A .tgz in base64. */
    archive: string;
  },
): Promise<Served> {
  const { sql, caddy } = ask;
  const project = projectName(ask.project);
  const files = await readArchive(ask.archive);
  const { entries } = listingOf(files);
  const contents = await contentsOf(files, entries);
  const { files: count, sizeBytes } = releaseOf({ entries, settings: {} });
  const asked = { project, files: count, sizeBytes };
  return operate({ sql, verb: "infra/sites/deploy_site", project, arguments: asked }, async () => {
    const site = siteLayout(project);
    const host = await ask.host;
    const { current } = await readLive(host, site);
    const before = current && (await readStoredListing(host, site, current));
    const listing = { entries, settings: before ? before.settings : {} };
    requirePages(listing);
    const published = await publish(host, project, { listing, contents });
    const served = await serveRelease({ sql, caddy }, published, listing.settings);
    await noteDeploy(sql, project);
    return served;
  });
}
