import { randomBytes } from "node:crypto";
import { ConflictError } from "../errors.ts";
import type { Host } from "../host/host.ts";
import { currentJob } from "../windmill/job.ts";
import type { SiteFile } from "./archive.ts";
import { type Live, listIds, readLive, readMeta, type SiteLayout, siteLayout, switchTo } from "./layout.ts";
import { type Release, type ReleaseMeta, timeOf } from "./release.ts";
import { discardOldReleases } from "./retention.ts";

export type Published = {
  project: string;
  release: string;
  /** The one that was current before; null for a first release. */
  previousRelease: string | null;
  files: number;
  sizeBytes: number;
  status: "created" | "updated" | "unchanged";
};

/**
 * Makes the files the current release of a project's site. The caller holds the project's lease. The release is written
 * aside, moved into place whole and switched to in one step; a kill anywhere leaves the live site whole, and what it
 * left behind is cleared by the next call. The proxy is not involved.
 */
export async function publish(host: Host, project: string, release: Release, files: SiteFile[]): Promise<Published> {
  const site = siteLayout(project);
  const [before, there] = await Promise.all([readLive(host, site), host.list(project)]);
  if (there.some((name) => `${project}/${name}` === site.partial)) await host.remove(site.partial);
  const added = await addRelease(host, site, release, files);
  if (before.current !== release.id) await switchTo(host, site, release.id, before.current);
  await discardOldReleases(host, site);
  const after = await readLive(host, site);
  if (after.current !== release.id) throw overtaken(project);
  return describePublished(project, release, after, statusOf(before, release, added));
}

export const describePublished = (
  project: string,
  { id, files, sizeBytes }: Release,
  live: Live,
  status: Published["status"],
): Published => ({ project, release: id, previousRelease: live.previous ?? null, files, sizeBytes, status });

/** Puts a release in place unless it is there already; true when it had to be written. */
async function addRelease(host: Host, site: SiteLayout, release: Release, files: SiteFile[]): Promise<boolean> {
  const { id } = release;
  const [ids, known] = await Promise.all([listIds(host, site), readMeta(host, site, id)]);
  const complete = ids.includes(id);
  if (complete && known) return false;
  const meta: ReleaseMeta = { ...release, createdAt: new Date().toISOString(), by: currentJob().actor };
  const aside = `${site.partial}/${randomBytes(8).toString("hex")}`;
  const about = { path: "meta.json", content: Buffer.from(JSON.stringify(meta)), modifiedAt: new Date() };
  const tree = files.map(({ path, content }) => ({ path: `site/${path}`, content, modifiedAt: timeOf(content) }));
  await host.writeTree(aside, complete ? [about] : [about, ...tree]);
  await host.rename(`${aside}/meta.json`, site.meta(id));
  if (!complete) await placeRelease(host, site, `${aside}/site`, id);
  await host.remove(site.partial);
  return !complete;
}

/** A caller whose lease ran out may have put the same release there meanwhile: the same files, so all is well. */
async function placeRelease(host: Host, site: SiteLayout, from: string, id: string): Promise<void> {
  try {
    await host.rename(from, site.release(id));
  } catch (error) {
    if (!(await listIds(host, site)).includes(id)) throw error;
  }
}

function statusOf(before: Live, release: Release, added: boolean): Published["status"] {
  if (before.current === undefined) return "created";
  return before.current === release.id && !added ? "unchanged" : "updated";
}

const overtaken = (project: string) =>
  new ConflictError(`Another deploy of ${project} finished at the same moment, and its release is the current one`, {
    hint: "Look at list_releases, then call again if this release is to be the current one.",
    retryable: true,
    details: { project },
  });
