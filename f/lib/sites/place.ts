import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { ConflictError } from "../errors.ts";
import type { Host, TreeFile } from "../host/host.ts";
import { currentJob } from "../windmill/job.ts";
import { type Contents, contentFiles, formsOf, type Place, storedNames } from "./contents.ts";
import { ENDINGS, isCompressible } from "./encodings.ts";
import { listIds, type SiteLayout } from "./layout.ts";
import type { SiteListing } from "./listing.ts";
import type { Release, ReleaseMeta } from "./release.ts";
import type { StoredEntry, StoredListing } from "./stored_listing.ts";

/** What a release is made of: its files, the contents that came with the call, and where the others lie. */
export type Supply = {
  listing: SiteListing;
  contents: Contents;
  places: Map<string, Place>;
  /** The live release, which the new one is probably much like. */
  live?: StoredListing;
};

/** A folder of this call's own, for what is not complete yet. */
export const asideOf = (site: SiteLayout): string => `${site.partial}/${randomBytes(8).toString("hex")}`;

/** Keeps contents for a release that is still to come. */
export async function storeContents(host: Host, site: SiteLayout, contents: Contents, rubbish: boolean): Promise<void> {
  if (contents.size === 0) return;
  if (rubbish) await host.remove(site.partial);
  const aside = asideOf(site);
  await host.writeTree(aside, contentFiles("contents", contents));
  await host.renameInto(`${aside}/contents`, site.contents, storedNames(contents));
  await clear(host, site, aside);
}

/**
 * Writes a release aside and moves it into place whole. What came with the call is stored, what lies on the host
 * already becomes part of the release under a further name. Throws Conflict when that is not there any more.
 */
export async function placeRelease(host: Host, site: SiteLayout, release: Release, supply: Supply): Promise<void> {
  const { id } = release;
  const aside = asideOf(site);
  const entries = storedEntries(supply);
  const listing: StoredListing = { id, entries, settings: supply.listing.settings };
  const template = supply.live && {
    folder: site.release(supply.live.id),
    files: namesOf(supply.live.entries),
    as: "site",
  };
  const meta: ReleaseMeta = { ...release, createdAt: new Date().toISOString(), by: currentJob().actor };
  const files = [
    jsonFile("meta.json", meta),
    jsonFile("listing.json", listing),
    ...contentFiles("contents", supply.contents),
    ...linksTo("site", entries, placing(site, supply, `${aside}/contents`)),
  ];
  await writeRelease(host, site, supply.places, () => host.writeTree(aside, files, template));
  // One after the other: were one to fail, none may go on behind the lease's back.
  await host.renameInto(`${aside}/contents`, site.contents, storedNames(supply.contents));
  await host.rename(`${aside}/meta.json`, site.meta(id));
  await host.rename(`${aside}/listing.json`, site.listing(id));
  await moveRelease(host, site, `${aside}/site`, id);
  await clear(host, site, aside);
}

/** Empty folders go one by one at no cost, which one command for all of them would have. */
async function clear(host: Host, site: SiteLayout, aside: string): Promise<void> {
  for (const folder of [`${aside}/contents`, aside, site.partial]) await host.remove(folder);
}

/** Where a file's content lies: with what came, under the same path of the live release, or wherever else it is. */
function placing(site: SiteLayout, { contents, places, live }: Supply, folder: string) {
  const before = new Map(live?.entries.map((entry) => [entry.path, entry]));
  return (entry: StoredEntry): string => {
    const { path, sha256 } = entry;
    if (contents.has(sha256)) return `${folder}/${sha256}`;
    if (live && isDeepStrictEqual(before.get(path), entry)) return `${site.release(live.id)}/${path}`;
    return (places.get(sha256) as Place).at;
  };
}

/** The files that lie on the host for entries: each with its compressed forms. */
const namesOf = (entries: StoredEntry[]): string[] =>
  entries.flatMap(({ path, encodings = [] }) => [path, ...encodings.map((form) => `${path}${ENDINGS[form]}`)]);

/** What the files of a release are, with the compressed forms that go beside each; a file of that name wins. */
function storedEntries({ listing, contents, places }: Supply): StoredEntry[] {
  const taken = new Set(listing.entries.flatMap(({ path }) => pathAndFolders(path.toLowerCase())));
  return listing.entries.map((entry) => {
    const content = contents.get(entry.sha256);
    const forms = content ? formsOf(content) : (places.get(entry.sha256)?.encodings ?? []);
    const encodings = isCompressible(entry.path)
      ? forms.filter((form) => !taken.has(`${entry.path}${ENDINGS[form]}`.toLowerCase()))
      : [];
    return encodings.length > 0 ? { ...entry, encodings } : entry;
  });
}

const pathAndFolders = (path: string): string[] =>
  path.split("/").map((_, depth, segments) => segments.slice(0, depth + 1).join("/"));

/** Entries as further names of contents that lie on the host. */
export const linksTo = <E extends StoredEntry>(
  folder: string,
  entries: E[],
  placeOf: (entry: E) => string,
): TreeFile[] =>
  entries.flatMap((entry) => {
    const at = placeOf(entry);
    return ["", ...(entry.encodings ?? []).map((form) => ENDINGS[form])].map((ending) => ({
      path: `${folder}/${entry.path}${ending}`,
      linkTo: `${at}${ending}`,
    }));
  });

export const jsonFile = (path: string, value: unknown): TreeFile => ({
  path,
  content: Buffer.from(JSON.stringify(value)),
  modifiedAt: new Date(),
});

async function writeRelease(
  host: Host,
  site: SiteLayout,
  places: Supply["places"],
  write: () => Promise<void>,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    const needed = [...places.values()].map(({ at }) => at.slice(site.folder.length + 1));
    if ((await host.present(site.folder, needed)).length === needed.length) throw error;
    throw new ConflictError("Files that the site host had are not there any more", {
      hint: "Call plan_deploy again and send what it asks for, or send the whole site with deploy_site.",
      retryable: true,
    });
  }
}

/** A caller whose lease ran out may have put the same release there meanwhile: the same files, so all is well. */
async function moveRelease(host: Host, site: SiteLayout, from: string, id: string): Promise<void> {
  try {
    await host.rename(from, site.release(id));
  } catch (error) {
    if (!(await listIds(host, site)).includes(id)) throw error;
  }
}
