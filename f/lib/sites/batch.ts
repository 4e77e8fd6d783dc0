import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { InvalidInputError } from "../errors.ts";
import type { Contents } from "./contents.ts";
import { type Content, encode, isCompressible } from "./encodings.ts";
import { readListing, type SiteEntry, type SiteListing, sha256 } from "./listing.ts";
import { shown } from "./paths.ts";
import { readTar } from "./tar.ts";

/** What one upload of an incremental deploy carries: the whole listing, and some of its contents. */
export type Batch = { listing: SiteListing; contents: Contents };

const GZIPPED = /\.gz$/;
const CONTENT = /^(?:\.\/)?contents\/([0-9a-f]{64})(\.gz)?$/;
const LISTING = /^(?:\.\/)?listing\.json(\.gz)?$/;
/** A listing of the largest allowed site is smaller. */
const MAX_LISTING_BYTES = 4 * 1024 * 1024;

type Packed = { bytes: Uint8Array; gzipped: boolean };

/**
 * Reads a tar of `listing.json` and of `contents/<sha256>`, each either as it is or gzipped with `.gz` behind its name.
 * Every content is compared with its name and its size. Throws InvalidInput for anything else, TooLarge beyond SITE_LIMITS.
 */
export async function readBatch(base64: unknown): Promise<Batch> {
  let packedListing: Packed | undefined;
  const packed = new Map<string, Packed>();
  await readTar(base64, ({ name, type, content }) => {
    if (type === "directory") return;
    const hash = CONTENT.exec(name)?.[1];
    if (hash === undefined && !LISTING.test(name)) throw broken("holds something else than these", name);
    if (hash === undefined ? packedListing : packed.has(hash)) throw broken("is there twice", name);
    const file = { bytes: content, gzipped: GZIPPED.test(name) };
    if (hash === undefined) packedListing = file;
    else packed.set(hash, file);
  });
  if (!packedListing) throw broken("is missing", "listing.json");
  const listing = readListing(parsed(await unpack(packedListing, MAX_LISTING_BYTES, "listing.json")));
  return { listing, contents: await unpackAll(packed, listing) };
}

async function unpackAll(packed: Map<string, Packed>, { entries }: SiteListing): Promise<Contents> {
  const listed = new Map<string, SiteEntry>(entries.map((entry) => [entry.sha256, entry]));
  const compressible = new Set(entries.filter(({ path }) => isCompressible(path)).map((entry) => entry.sha256));
  const contents = [...packed].map(async ([hash, file]): Promise<[string, Content]> => {
    const entry = listed.get(hash);
    if (!entry) throw broken("is not in the listing", hash);
    const raw = await unpack(file, entry.sizeBytes, entry.path);
    if (raw.byteLength !== entry.sizeBytes || sha256(raw) !== hash)
      throw broken("is not what its name and the listing say", entry.path);
    return [hash, compressible.has(hash) ? await encode(raw, file.gzipped ? file.bytes : undefined) : { raw }];
  });
  return new Map(await Promise.all(contents));
}

async function unpack({ bytes, gzipped }: Packed, maxBytes: number, name: string): Promise<Uint8Array> {
  if (!gzipped) return bytes;
  try {
    // One byte more than there may be, so that what is too long shows.
    return await promisify(gunzip)(bytes, { maxOutputLength: maxBytes + 1 });
  } catch (cause) {
    throw broken("cannot be unpacked, or is longer than it may be", name, cause);
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (cause) {
    throw broken("is not JSON", "listing.json", cause);
  }
}

const broken = (problem: string, name: string, cause?: unknown) =>
  new InvalidInputError(`An entry of the upload ${problem}`, {
    hint: "Send a tar of listing.json and of contents/<sha256>, one for each content that plan_deploy says is lacking.",
    details: { argument: "raw_string", entry: shown(name) },
    ...(cause === undefined ? {} : { cause }),
  });
