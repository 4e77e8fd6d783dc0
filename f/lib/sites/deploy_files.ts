import { projectName } from "../names.ts";
import { operate } from "../operations/operate.ts";
import { noteDeploy } from "../operations/phases.ts";
import { readBatch } from "./batch.ts";
import { findFor, lackingOf } from "./found.ts";
import { siteLayout } from "./layout.ts";
import { storeContents } from "./place.ts";
import { publishFound } from "./publish.ts";
import { releaseOf } from "./release.ts";
import { type Served, type SitePorts, serveRelease } from "./serve.ts";

/** An upload after which contents still lack; what came is kept for a day. */
export type Incomplete = { project: string; release: string; status: "incomplete"; lacking: string[] };

/**
 * Takes some of the contents of a release, every one of them verified. When none lacks any more, the release goes live
 * in one switch; until then the site stays as it is. Safe to repeat, whole or in part, in any order.
 */
export async function deployFiles(ask: SitePorts & { project: string; batch: string }): Promise<Served | Incomplete> {
  const { sql, caddy } = ask;
  const project = projectName(ask.project);
  const { listing, contents } = await readBatch(ask.batch);
  const { id: release, files, sizeBytes } = releaseOf(listing);
  const asked = { project, release, files, sizeBytes, contents: contents.size };
  let lacking: string[] = [];
  const done = await operate({ sql, verb: "infra/sites/deploy_files", project, arguments: asked }, async () => {
    const host = await ask.host;
    const found = await findFor(host, project, listing, contents);
    lacking = lackingOf(listing, found, contents);
    if (lacking.length === 0) {
      const published = await publishFound(host, project, { listing, contents }, found);
      const served = await serveRelease({ sql, caddy }, published, listing.settings);
      await noteDeploy(sql, project);
      return served;
    }
    await storeContents(host, siteLayout(project), contents, found.rubbish);
    return { project, release, status: "incomplete" as const, lackingContents: lacking.length };
  });
  return done.status === "incomplete" ? { project, release, status: done.status, lacking } : done;
}
