import { withHost } from "../../lib/host/host.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource, type SiteHost } from "../../lib/resources.ts";
import { deploySite } from "../../lib/sites/deploy.ts";

/**
 * Publishes a static site in one request: a gzipped tar of the site's folder becomes a new release, and the site
 * switches to it in one step. The same content again changes nothing; earlier releases stay for rollback_site. Send the
 * archive as the body: curl --data-binary @site.tgz -H 'content-type: application/gzip', with ?project=<name> and
 * include_query=project. Answers { project, release, previousRelease, files, sizeBytes, status }.
 * @param project Name of the project whose site it is.
 * @param raw_string The archive in base64, which is what Windmill makes of a binary body. Make it with: tar -czf site.tgz -C <folder> .
 * @param host Machine that holds the site's files.
 * @param db Postgres that keeps the record of operations.
 */
export async function main(
  project: string,
  raw_string: string,
  host: SiteHost = "$res:f/infra/site_host",
  db: Postgresql = "$res:f/infra/postgres",
) {
  const machine = await resource(host);
  return withPostgres(await resource(db), (sql) =>
    withHost(machine, (site) => deploySite({ sql, host: site, project, archive: raw_string })),
  );
}
