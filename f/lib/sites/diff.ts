import { isDeepStrictEqual } from "node:util";
import { NotFoundError } from "../errors.ts";
import type { Host } from "../host/host.ts";
import { projectName } from "../names.ts";
import { readLive, siteLayout } from "./layout.ts";
import { releaseId } from "./release.ts";
import { readStoredListing, type StoredListing } from "./stored_listing.ts";

export type DiffItem = { path: string; change: "added" | "changed" | "removed"; sizeBytes: number };

export type ReleaseDiff = {
  project: string;
  from: string;
  to: string;
  /** In path order; the size is that in the newer release, for a removed file that in the older one. */
  items: DiffItem[];
  added: number;
  changed: number;
  removed: number;
  unchanged: number;
  /** Whether the two are served in different ways. */
  settingsChanged: boolean;
};

/** More files than this are counted and not listed. */
const MAX_ITEMS = 1000;

/**
 * Says what one release of a site has otherwise than another: the current one than the previous, unless they are named.
 * Throws NotFound when there is no such release, or nothing to compare with.
 */
export async function diffReleases(
  host: Host,
  ask: { project: string; from?: string | null; to?: string | null },
): Promise<ReleaseDiff> {
  const project = projectName(ask.project);
  const [named, wanted] = [ask.from, ask.to].map((id) => (id == null ? undefined : releaseId(id)));
  const site = siteLayout(project);
  const live = await readLive(host, site);
  const read = async (id: string | undefined) => {
    const listing = id && (await readStoredListing(host, site, id));
    if (!listing) throw notFound(project, id !== undefined);
    return listing;
  };
  const [from, to] = await Promise.all([read(named ?? live.previous), read(wanted ?? live.current)]);
  return { project, ...compare(from, to) };
}

function compare(from: StoredListing, to: StoredListing): Omit<ReleaseDiff, "project"> {
  const before = new Map(from.entries.map((entry) => [entry.path, entry]));
  const after = new Map(to.entries.map((entry) => [entry.path, entry]));
  const items: DiffItem[] = [];
  for (const [path, { sha256, sizeBytes }] of after) {
    const old = before.get(path);
    if (!old) items.push({ path, change: "added", sizeBytes });
    else if (old.sha256 !== sha256) items.push({ path, change: "changed", sizeBytes });
  }
  for (const [path, { sizeBytes }] of before) if (!after.has(path)) items.push({ path, change: "removed", sizeBytes });
  const count = (change: DiffItem["change"]) => items.filter((item) => item.change === change).length;
  return {
    from: from.id,
    to: to.id,
    items: items.sort((a, b) => (a.path < b.path ? -1 : 1)).slice(0, MAX_ITEMS),
    added: count("added"),
    changed: count("changed"),
    removed: count("removed"),
    unchanged: after.size - count("added") - count("changed"),
    settingsChanged: !isDeepStrictEqual(from.settings, to.settings),
  };
}

const notFound = (project: string, known: boolean) =>
  new NotFoundError(
    known
      ? `The site of ${project} has no such release, or no list of its files`
      : `The site of ${project} has no two releases to compare`,
    { hint: "Look at list_releases and name the two to compare.", details: { project } },
  );
