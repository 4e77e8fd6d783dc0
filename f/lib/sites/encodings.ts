import { promisify } from "node:util";
import * as zlib from "node:zlib";

/** The forms in which a file lies ready beside itself, and what its name then ends in. */
export const ENDINGS = { gzip: ".gz", zstd: ".zst" } as const;
export type Encoding = keyof typeof ENDINGS;
export const ENCODINGS = Object.keys(ENDINGS) as Encoding[];

/** A content in all the forms it is kept in. */
export type Content = { raw: Uint8Array } & { [E in Encoding]?: Uint8Array };

/** Smaller ones fit into one packet anyway. */
const MIN_BYTES = 1024;
/** What is saved must be worth the room. */
const MAX_RATIO = 0.9;
/** Above these, a site of 20 MB takes a second longer for one or two per cent. */
const GZIP_LEVEL = 6;
const ZSTD_LEVEL = 9;

const COMPRESSIBLE =
  /\.(?:html?|css|m?js|cjs|json|map|svg|txt|xml|wasm|webmanifest|md|csv|ico|ttf|otf|eot|rss|atom|ics|vtt|geojson|glsl|wat)$/i;

/** Whether files of that name are worth compressing; pictures, films and archives are compressed already. */
export const isCompressible = (path: string): boolean => COMPRESSIBLE.test(path);

export const isWorthwhile = (raw: Uint8Array, encoded: Uint8Array): boolean =>
  raw.byteLength >= MIN_BYTES && encoded.byteLength <= raw.byteLength * MAX_RATIO;

export const gzip = (raw: Uint8Array): Promise<Uint8Array> => promisify(zlib.gzip)(raw, { level: GZIP_LEVEL });

// Windmill's Bun has it, Node 20 has not: sites are then served as gzip only.
type Zstd = (raw: Uint8Array, options: object, done: (error: Error | null, encoded: Uint8Array) => void) => void;
const { zstdCompress } = zlib as unknown as { zstdCompress?: Zstd };
const ZSTD_PARAMETER_LEVEL = 100;

const zstd = (raw: Uint8Array): Promise<Uint8Array | undefined> =>
  zstdCompress
    ? promisify<Uint8Array, object, Uint8Array>(zstdCompress)(raw, { params: { [ZSTD_PARAMETER_LEVEL]: ZSTD_LEVEL } })
    : Promise.resolve(undefined);

/** Compresses a content in every way that pays; a gzip form that is there already is taken as it is. */
export async function encode(raw: Uint8Array, given?: Uint8Array): Promise<Content> {
  if (raw.byteLength < MIN_BYTES) return { raw };
  const [gzipped, zstded] = await Promise.all([given ?? gzip(raw), zstd(raw)]);
  return {
    raw,
    ...(isWorthwhile(raw, gzipped) ? { gzip: gzipped } : {}),
    ...(zstded && isWorthwhile(raw, zstded) ? { zstd: zstded } : {}),
  };
}
