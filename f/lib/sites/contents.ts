import type { Host, TreeFile } from "../host/host.ts";
import { type Content, ENCODINGS, ENDINGS, type Encoding, encode, isCompressible } from "./encodings.ts";
import type { SiteLayout } from "./layout.ts";
import type { SiteEntry, SiteFile, SiteListing } from "./listing.ts";
import { timeOf } from "./release.ts";
import type { StoredListing } from "./stored_listing.ts";

/** Contents by the name they have, which is their SHA-256. */
export type Contents = Map<string, Content>;

/** Where on the host a content lies already, and in which forms; a form's place is that with its ending. */
export type Place = { at: string; encodings: Encoding[] };

/** The contents of files, compressed where a name suggests it. The entries are those of the files, in their order. */
export async function contentsOf(files: SiteFile[], entries: SiteEntry[]): Promise<Contents> {
  const compressible = new Set(entries.filter(({ path }) => isCompressible(path)).map((entry) => entry.sha256));
  const unique = new Map(entries.map((entry, at) => [entry.sha256, (files[at] as SiteFile).content]));
  const encoded = [...unique].map(
    async ([name, raw]) => [name, compressible.has(name) ? await encode(raw) : { raw }] as const,
  );
  return new Map(await Promise.all(encoded));
}

/**
 * Where the contents of a listing lie on the host: in the live release, whose listing tells, or in the store.
 * Those that are in neither are left out.
 */
export async function placesOf(
  host: Host,
  site: SiteLayout,
  listing: SiteListing,
  live: StoredListing | undefined,
): Promise<Map<string, Place>> {
  const wanted = new Set(listing.entries.map((entry) => entry.sha256));
  const places = new Map<string, Place>();
  const from = live && site.release(live.id);
  for (const { path, sha256: name, encodings = [] } of live?.entries ?? []) {
    const before = places.get(name);
    if (!wanted.has(name) || (before && before.encodings.length >= encodings.length)) continue;
    places.set(name, { at: `${from}/${path}`, encodings });
  }
  const others = [...wanted].filter((name) => !places.has(name));
  const stored = await host.present(site.contents, others);
  const forms = stored.flatMap((name) => ENCODINGS.map((encoding) => `${name}${ENDINGS[encoding]}`));
  const storedForms = new Set(await host.present(site.contents, forms));
  for (const name of stored) {
    const encodings = ENCODINGS.filter((encoding) => storedForms.has(`${name}${ENDINGS[encoding]}`));
    places.set(name, { at: `${site.contents}/${name}`, encodings });
  }
  return places;
}

/** The names under which contents and their compressed forms are stored. */
export const storedNames = (contents: Contents): string[] =>
  [...contents].flatMap(([name, content]) => [name, ...formsOf(content).map((form) => `${name}${ENDINGS[form]}`)]);

/** The files of a folder that holds contents under their names. */
export const contentFiles = (folder: string, contents: Contents): TreeFile[] =>
  [...contents].flatMap(([name, content]) =>
    (["raw", ...formsOf(content)] as const).map((form) => ({
      path: `${folder}/${name}${form === "raw" ? "" : ENDINGS[form]}`,
      content: content[form] as Uint8Array,
      modifiedAt: timeOf(name),
    })),
  );

export const formsOf = (content: Content): Encoding[] => ENCODINGS.filter((encoding) => content[encoding]);
