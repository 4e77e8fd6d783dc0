import { withHost } from "../../lib/host/host.ts";
import { resource, type SiteHost } from "../../lib/resources.ts";
import { listReleases } from "../../lib/sites/list.ts";

/**
 * Lists the releases of a project's site that it can be returned to, newest first. Answers
 * { items: [{ release, state, createdAt, by, files, sizeBytes }] }, where state is current, previous or kept.
 * @param project Name of the project whose site it is.
 * @param host Machine that holds the site's files.
 */
export async function main(project: string, host: SiteHost = "$res:f/infra/site_host") {
  return withHost(await resource(host), (site) => listReleases(site, project));
}
