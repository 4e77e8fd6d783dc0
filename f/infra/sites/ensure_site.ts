import { withHost } from "../../lib/host/host.ts";
import { withPostgres } from "../../lib/postgres/connect.ts";
import { type Postgresql, resource, type SiteHost } from "../../lib/resources.ts";
import { ensureSite } from "../../lib/sites/starter.ts";

/**
 * Publishes a template's starter site when the project has no site yet; a site that is there is left as it is. Answers
 * { project, release, previousRelease, files, sizeBytes, status }.
 * @param project Name of the project whose site it is.
 * @param template Template whose starter site to publish.
 * @param host Machine that holds the site's files.
 * @param db Postgres that keeps the record of operations.
 */
export async function main(
  project: string,
  template: string = "static",
  host: SiteHost = "$res:f/infra/site_host",
  db: Postgresql = "$res:f/infra/postgres",
) {
  const machine = await resource(host);
  return withPostgres(await resource(db), (sql) =>
    withHost(machine, (site) => ensureSite({ sql, host: site, project, template })),
  );
}
