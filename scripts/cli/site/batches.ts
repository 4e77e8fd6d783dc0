import { gzipSync } from "node:zlib";
import tar from "tar-stream";
import { gzip, isCompressible, isWorthwhile } from "../../../f/lib/sites/encodings.ts";
import type { SiteFile } from "../../../f/lib/sites/listing.ts";
import { Failure } from "../failure.ts";
import type { LocalSite } from "./files.ts";

/** One upload: the listing and some contents, each compressed where that pays. */
export type Batch = { bytes: Uint8Array<ArrayBuffer>; files: number };

/** An upload is made no larger than this, or than one file, so that a slow line shows progress and a lost one costs little. */
const BATCH_BYTES = 16 * 1024 * 1024;
const COMPRESSED_AT_ONCE = 8;

type Packed = { name: string; content: Uint8Array };

/** The contents that a server asked for, by their hashes, in uploads of a size; one with no contents for none. */
export async function* batchesOf(site: LocalSite, wanted: string[]): AsyncGenerator<Batch> {
  const first = { name: "listing.json.gz", content: gzipSync(JSON.stringify(site.listing)) };
  const files = new Map(site.files.map((file) => [file.sha256, file]));
  const compressible = new Set(site.files.filter(({ path }) => isCompressible(path)).map((file) => file.sha256));
  let batch: Packed[] = [];
  let bytes = 0;
  for (let start = 0; start < wanted.length; start += COMPRESSED_AT_ONCE) {
    const group = wanted
      .slice(start, start + COMPRESSED_AT_ONCE)
      .map((hash) => packed(hash, files.get(hash), compressible.has(hash)));
    for (const one of await Promise.all(group)) {
      if (batch.length > 0 && bytes + one.content.byteLength > BATCH_BYTES) {
        yield await upload(first, batch);
        batch = [];
        bytes = 0;
      }
      batch.push(one);
      bytes += one.content.byteLength;
    }
  }
  if (batch.length > 0 || wanted.length === 0) yield await upload(first, batch);
}

async function packed(hash: string, file: SiteFile | undefined, compress: boolean): Promise<Packed> {
  if (!file) {
    throw new Failure("the server asked for a content that the site does not have", {
      hint: "Push the verbs again with `run8n push`; server and command line are of different versions.",
    });
  }
  const smaller = compress ? await gzip(file.content) : undefined;
  if (smaller && isWorthwhile(file.content, smaller)) return { name: `contents/${hash}.gz`, content: smaller };
  return { name: `contents/${hash}`, content: file.content };
}

async function upload(first: Packed, contents: Packed[]): Promise<Batch> {
  const pack = tar.pack();
  for (const { name, content } of [first, ...contents])
    pack.entry({ name, size: content.byteLength, mode: 0o644, mtime: new Date(0) }, Buffer.from(content));
  pack.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of pack) chunks.push(chunk as Uint8Array);
  return { bytes: new Uint8Array(Buffer.concat(chunks)), files: contents.length };
}
