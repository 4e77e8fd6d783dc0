import type { Host } from "../host/host.ts";
import { projectName } from "../names.ts";
import { operate } from "../operations/operate.ts";
import type { Sql } from "../postgres/connect.ts";
import { readArchive } from "./archive.ts";
import { contentsOf } from "./contents.ts";
import { listingOf } from "./listing.ts";
import { type Published, publish } from "./publish.ts";
import { releaseOf } from "./release.ts";

/**
 * Publishes a packed site as a new release and makes it the current one; the same content again is `unchanged`.
 * Throws InvalidInput or TooLarge for an archive that is no site, before anything is touched.
 */
export async function deploySite(ask: {
  sql: Sql;
  host: Host;
  project: string;
  /** A .tgz in base64. */
  archive: string;
}): Promise<Published> {
  const { sql, host } = ask;
  const project = projectName(ask.project);
  const files = await readArchive(ask.archive);
  const listing = listingOf(files);
  const contents = await contentsOf(files, listing);
  const release = releaseOf(listing);
  const asked = { project, release: release.id, files: release.files, sizeBytes: release.sizeBytes };
  return operate({ sql, verb: "infra/sites/deploy_site", project, arguments: asked }, () =>
    publish(host, project, { listing, contents }),
  );
}
