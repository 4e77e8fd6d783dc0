import type { Caddy, Postgresql, SiteHost } from "../../lib/resources.ts";
import { deploySite } from "../../lib/sites/deploy.ts";
import { withSitePorts } from "../../lib/sites/ports.ts";

/**
 * Publishes a static site in one request: a gzipped tar of the site's folder becomes a new release, and the site
 * switches to it in one step. The same content again changes nothing; earlier releases stay for rollback_site. Send the
 * archive as the body: curl --data-binary @site.tgz -H 'content-type: application/gzip', with ?project=<name> and
 * include_query=project. It is served with the settings of the release before. Answers { project, release, previousRelease, files, sizeBytes, previewUrl, status }.
 * @param project Name of the project whose site it is.
 * @param raw_string The archive in base64, which is what Windmill makes of a binary body. Make it with: tar -czf site.tgz -C <folder> .
 * @param host Machine that holds the site's files.
 * @param db Postgres that keeps the record of operations.
 * @param caddy Edge proxy, which is changed only when the site's settings do.
 */
export async function main(
  project: string,
  raw_string: string,
  host: SiteHost = "$res:f/infra/site_host",
  db: Postgresql = "$res:f/infra/postgres",
  caddy: Caddy = "$res:f/infra/caddy",
) {
  return withSitePorts({ host, db, caddy }, (ports) => deploySite({ ...ports, project, archive: raw_string }));
}
