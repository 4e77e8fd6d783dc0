import type { Caddy, Postgresql, SiteHost } from "../../lib/resources.ts";
import { deployFiles } from "../../lib/sites/deploy_files.ts";
import { withSitePorts } from "../../lib/sites/ports.ts";

/**
 * Publishes a static site by what is new in it. The body is a tar of listing.json (as for plan_deploy) and of the contents
 * that plan_deploy says are lacking, as contents/<sha256>; each may be gzipped, with .gz behind its name. While contents
 * still lack, they are kept for a day and nothing changes for visitors: answers { project, release, status: "incomplete",
 * lacking }. With the last of them the site switches in one step: answers { project, release, previousRelease, files,
 * sizeBytes, previewUrl, status }. Safe to repeat. Send it with ?project=<name> and include_query=project.
 * @param project Name of the project whose site it is.
 * @param raw_string The tar in base64, which is what Windmill makes of a binary body, at most 32 MiB.
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
  return withSitePorts({ host, db, caddy }, (ports) => deployFiles({ ...ports, project, batch: raw_string }));
}
