import { ConflictError } from "../errors.ts";
import type { Host } from "../host/host.ts";
import type { Contents } from "./contents.ts";
import { type Found, findFor } from "./found.ts";
import { type Live, readLive, siteLayout } from "./layout.ts";
import type { SiteListing } from "./listing.ts";
import { placeRelease } from "./place.ts";
import { type Release, releaseOf } from "./release.ts";
import { discardOldReleases } from "./retention.ts";
import { switchTo } from "./switch.ts";

export type Published = {
  project: string;
  release: string;
  /** The one that was current before; null for a first release. */
  previousRelease: string | null;
  files: number;
  sizeBytes: number;
  status: "created" | "updated" | "unchanged";
};

/** Makes a release whose contents are all at hand the current one of a project's site. The caller holds the lease. */
export async function publish(host: Host, project: string, supply: Given): Promise<Published> {
  return publishFound(host, project, supply, await findFor(host, project, supply.listing, supply.contents));
}

/** A release, and those of its contents that came with the call. */
export type Given = { listing: SiteListing; contents: Contents };

/**
 * The same, once it is known what the host has. The release is written aside, moved into place whole and switched to in
 * one step; a kill anywhere leaves the live site whole, and what it left behind is cleared by the next call. The proxy
 * is not involved.
 */
export async function publishFound(
  host: Host,
  project: string,
  { listing, contents }: Given,
  found: Found,
): Promise<Published> {
  const site = siteLayout(project);
  const release = releaseOf(listing);
  if (found.rubbish) await host.remove(site.partial);
  const live = found.listing ? { live: found.listing } : {};
  if (!found.complete) await placeRelease(host, site, release, { listing, contents, places: found.places, ...live });
  const to = { id: release.id, entries: listing.entries };
  if (found.live.current !== release.id) await switchTo(host, site, to, found);
  await discardOldReleases(host, site);
  const after = await readLive(host, site);
  if (after.current !== release.id) throw overtaken(project);
  return describePublished(project, release, after, statusOf(found, release));
}

export const describePublished = (
  project: string,
  { id, files, sizeBytes }: Release,
  live: Live,
  status: Published["status"],
): Published => ({ project, release: id, previousRelease: live.previous ?? null, files, sizeBytes, status });

function statusOf({ live, complete }: Found, release: Release): Published["status"] {
  if (live.current === undefined) return "created";
  return live.current === release.id && complete ? "unchanged" : "updated";
}

const overtaken = (project: string) =>
  new ConflictError(`Another deploy of ${project} finished at the same moment, and its release is the current one`, {
    hint: "Look at list_releases, then call again if this release is to be the current one.",
    retryable: true,
    details: { project },
  });
