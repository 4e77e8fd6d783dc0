import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Host } from "../host/host.ts";
import type { SiteLayout } from "./layout.ts";
import { RECENT_ASSETS_HOURS, RECENT_ASSETS_KEPT } from "./limits.ts";
import { asideOf, jsonFile, linksTo } from "./place.ts";
import { parsed, type StoredEntry } from "./stored_listing.ts";

/** An asset of a release that is not current any more, from where it lies on the host, until a time in ISO 8601. */
export type RecentAsset = StoredEntry & { until: string };

/** The assets that pages loaded from an earlier release may still ask for, and the name of the set they are in. */
export type Recent = { id?: string; assets: RecentAsset[] };

export async function readRecent(host: Host, site: SiteLayout): Promise<Recent> {
  const id = /^recents\/([0-9a-f]{16})$/.exec((await host.readLink(site.recent)) ?? "")?.[1];
  if (id === undefined) return { assets: [] };
  const text = await host.read(`${site.recentSet(id)}/assets.json`);
  return { id, assets: parsed<RecentAsset[]>(text, Array.isArray) ?? [] };
}

/**
 * The set once a release makes way for another: what was in it and still counts, and the assets of the leaving release
 * that the entering one lacks. Pages are never in it: they come from the current release only.
 */
export function nextRecent(
  { assets }: Recent,
  leaving: StoredEntry[],
  entering: { path: string }[],
  now = new Date(),
): RecentAsset[] {
  const until = new Date(now.getTime() + RECENT_ASSETS_HOURS * 3_600_000).toISOString();
  const stays = new Set(entering.map(({ path }) => path));
  const next = new Map(assets.filter((asset) => asset.until > now.toISOString()).map((asset) => [asset.path, asset]));
  for (const entry of leaving) {
    if (!stays.has(entry.path) && !isPage(entry.path)) next.set(entry.path, { ...entry, until });
  }
  // Bounded, so that a site that is deployed all day long cannot fill the disk: the oldest go first.
  return [...next.values()].sort((a, b) => b.until.localeCompare(a.until)).slice(0, RECENT_ASSETS_KEPT);
}

const isPage = (path: string): boolean => /\.html?$/i.test(path);

/** Puts the set in place for a release that makes way for another; nothing is written when it stays the same. */
export async function keepRecent(
  host: Host,
  site: SiteLayout,
  leaving: { id: string; entries: StoredEntry[] },
  entering: { path: string }[],
): Promise<void> {
  const before = await readRecent(host, site);
  const assets = nextRecent(before, leaving.entries, entering);
  if (isDeepStrictEqual(before.assets, assets)) return;
  const old = new Set(before.assets.filter((asset) => assets.includes(asset)));
  const placed = assets.map((asset) => ({
    asset,
    at: `${old.has(asset) ? `${site.recentSet(before.id as string)}/site` : site.release(leaving.id)}/${asset.path}`,
  }));
  const write = (those: typeof placed) => writeSet(host, site, those);
  // What somebody has removed from an old release must not keep a new one from going live.
  const aside = await write(placed).catch(async (error) => {
    const inside = placed.map(({ at }) => at.slice(site.folder.length + 1));
    const present = new Set(await host.present(site.folder, inside));
    if (present.size === new Set(inside).size) throw error;
    return write(placed.filter((_, at) => present.has(inside[at] as string)));
  });
  const id = randomBytes(8).toString("hex");
  await host.rename(aside, site.recentSet(id));
  await host.replaceLink(site.recent, `recents/${id}`);
  await host.remove(site.partial);
}

async function writeSet(host: Host, site: SiteLayout, placed: { asset: RecentAsset; at: string }[]): Promise<string> {
  const aside = asideOf(site);
  const links = placed.flatMap(({ asset, at }) => linksTo("site", [asset], () => at));
  await host.writeTree(aside, [
    jsonFile(
      "assets.json",
      placed.map(({ asset }) => asset),
    ),
    ...links,
  ]);
  return aside;
}
