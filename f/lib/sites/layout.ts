import type { Host } from "../host/host.ts";
import { isReleaseId, type ReleaseMeta } from "./release.ts";

/** Where a project's site lies below the site host's root. */
export type SiteLayout = ReturnType<typeof siteLayout>;

export function siteLayout(project: string) {
  return {
    releases: `${project}/releases`,
    release: (id: string) => `${project}/releases/${id}`,
    metas: `${project}/meta`,
    meta: (id: string) => `${project}/meta/${id}.json`,
    /** Unfinished and discarded things; whoever holds the project's lease may clear it. */
    partial: `${project}/partial`,
    /** Served. */
    current: `${project}/current`,
    /** Served for assets that the current release lacks. */
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
  const text = await host.read(site.meta(id));
  try {
    const meta = JSON.parse(text ?? "null") as ReleaseMeta | null;
    return meta?.id === id ? meta : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes a release the current one and the one before it the previous: in this order, so that whatever is asked for in
 * between is found in either. A kill in between leaves the site as it was, and running again goes on from there.
 */
export async function switchTo(host: Host, site: SiteLayout, id: string, from: string | undefined): Promise<void> {
  if (from !== undefined) await host.replaceLink(site.previous, `releases/${from}`);
  await host.replaceLink(site.current, `releases/${id}`);
}

function releaseIn(target: string | undefined): string | undefined {
  const id = /^releases\/([^/]+)$/.exec(target ?? "")?.[1];
  return isReleaseId(id) ? id : undefined;
}
