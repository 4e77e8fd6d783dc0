import type { Caddy, Postgresql, SiteHost } from "../../lib/resources.ts";
import { withSitePorts } from "../../lib/sites/ports.ts";
import { rollbackSite } from "../../lib/sites/rollback.ts";

/**
 * Returns a project's site to an earlier release in one step, with the settings it had. Name the release to make the call safe to repeat: without
 * a name it goes back to the release that was current before, so a second call undoes the first. Answers
 * { project, release, previousRelease, files, sizeBytes, previewUrl, status }.
 * @param project Name of the project whose site it is.
 * @param release Id of the release to return to, from list_releases; without it the one that was current before.
 * @param host Machine that holds the site's files.
 * @param db Postgres that keeps the record of operations.
 * @param caddy Edge proxy, which is changed only when the site's settings do.
 */
export async function main(
  project: string,
  release?: string,
  host: SiteHost = "$res:f/infra/site_host",
  db: Postgresql = "$res:f/infra/postgres",
  caddy: Caddy = "$res:f/infra/caddy",
) {
  return withSitePorts({ host, db, caddy }, (ports) => rollbackSite({ ...ports, project, release }));
}
