import { withHost } from "../../lib/host/host.ts";
import { resource, type SiteHost } from "../../lib/resources.ts";
import { planDeploy } from "../../lib/sites/plan.ts";

/**
 * Says which contents a deploy of these files would have to send, because the site host has them in no release; changes
 * nothing. Send them with deploy_files. Answers { project, release, currentRelease, status, files, sizeBytes, lacking,
 * lackingBytes }, where status is unchanged (served already), ready (nothing has to be sent) or lacking, and lacking lists
 * SHA-256 hashes.
 * @param project Name of the project whose site it is.
 * @param listing All files of the site, each with its path, the SHA-256 of its content in lower-case hex and its size in bytes; and its settings, the `site` section of run8n.json without the folder.
 * @param host Machine that holds the site's files.
 */
export async function main(
  project: string,
  listing: { entries: { path: string; sha256: string; sizeBytes: number }[]; settings?: object },
  host: SiteHost = "$res:f/infra/site_host",
) {
  return withHost(await resource(host), (site) => planDeploy(site, { project, listing }));
}
