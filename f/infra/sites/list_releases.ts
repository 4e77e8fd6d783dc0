import { withHost } from "../../lib/host/host.ts";
import { type Caddy, resource, type SiteHost } from "../../lib/resources.ts";
import { listReleases } from "../../lib/sites/list.ts";

/**
 * Lists the releases of a project's site that it can be returned to, newest first. Answers
 * { items: [{ release, state, createdAt, by, files, sizeBytes, previewUrl }] }, where state is current, previous or kept.
 * @param project Name of the project whose site it is.
 * @param host Machine that holds the site's files.
 * @param caddy Edge proxy, which says under which names releases are shown.
 */
export async function main(
  project: string,
  host: SiteHost = "$res:f/infra/site_host",
  caddy: Caddy = "$res:f/infra/caddy",
) {
  const [machine, edge] = await Promise.all([resource(host), resource(caddy)]);
  return withHost(machine, (site) => listReleases({ host: site, caddy: edge }, project));
}
