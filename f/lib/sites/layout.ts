import type { Host } from "../host/host.ts";
import { isReleaseId, type ReleaseMeta } from "./release.ts";
import { parsed } from "./stored_listing.ts";

/** Where a project's site lies below the site host's root. */
export type SiteLayout = ReturnType<typeof siteLayout>;

export function siteLayout(project: string) {
  return {
    folder: project,
    releases: `${project}/releases`,
    release: (id: string) => `${project}/releases/${id}`,
    metas: `${project}/meta`,
    meta: (id: string) => `${project}/meta/${id}.json`,
    /** What files each release consists of. */
    listings: `${project}/listings`,
    listing: (id: string) => `${project}/listings/${id}.json`,
    /** Contents by their SHA-256; releases hold the same files under their paths. */
    contents: `${project}/contents`,
    /** Unfinished and discarded things; whoever holds the project's lease may clear it. */
    partial: `${project}/partial`,
    /** Served. */
    current: `${project}/current`,
    /** Served for assets that the current release lacks: those of releases that were current until a day ago. */
    recent: `${project}/recent`,
    recents: `${project}/recents`,
    recentSet: (id: string) => `${project}/recents/${id}`,
    /** Where a rollback goes that names no release. */
    previous: `${project}/previous`,
  };
}

/** What a site's links say; undefined where there is no link, or one that points to no release. */
export type Live = { current?: string; previous?: string };

export async function readLive(host: Host, site: SiteLayout): Promise<Live> {
  const [current, previous] = await Promise.all([host.readLink(site.current), host.readLink(site.previous)]);
  return { current: releaseIn(current), previous: releaseIn(previous) };
}

/** The ids of complete releases. */
export async function listIds(host: Host, site: SiteLayout): Promise<string[]> {
  return (await host.list(site.releases)).filter(isReleaseId);
}

/** What is kept beside a release, or undefined when that is missing or damaged. */
export async function readMeta(host: Host, site: SiteLayout, id: string): Promise<ReleaseMeta | undefined> {
  return parsed<ReleaseMeta>(await host.read(site.meta(id)), (meta) => meta.id === id);
}

function releaseIn(target: string | undefined): string | undefined {
  const id = /^releases\/([^/]+)$/.exec(target ?? "")?.[1];
  return isReleaseId(id) ? id : undefined;
}
