import { withHost } from "../../lib/host/host.ts";
import { resource, type SiteHost } from "../../lib/resources.ts";
import { diffReleases } from "../../lib/sites/diff.ts";

/**
 * Says what one release of a project's site has otherwise than another, without naming any: the current one than the
 * previous, which is what a rollback would undo. Answers { project, from, to, items: [{ path, change, sizeBytes }], added,
 * changed, removed, unchanged, settingsChanged }, where change is added, changed or removed; of more than 1000 items only
 * the counts are whole.
 * @param project Name of the project whose site it is.
 * @param from Id of the release to compare with, from list_releases; without it the previous one.
 * @param to Id of the release to describe; without it the current one.
 * @param host Machine that holds the site's files.
 */
export async function main(project: string, from?: string, to?: string, host: SiteHost = "$res:f/infra/site_host") {
  return withHost(await resource(host), (site) => diffReleases(site, { project, from, to }));
}
