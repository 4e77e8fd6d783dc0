import { pack } from "tar-stream";
import type { TreeFile } from "./host.ts";

const NOTHING = Buffer.alloc(0);
const CHUNK_BYTES = 128 * 1024;

/** The files of a folder as a tar archive that is unpacked in another folder above it, `start`; links come last. */
export function tarOf(files: TreeFile[], { folder, start }: { folder: string; start: string }): AsyncIterable<unknown> {
  const inside = (path: string) => (start ? path.slice(start.length + 1) : path);
  const archive = pack();
  for (const file of files) {
    if ("linkTo" in file) continue;
    const { path, content, modifiedAt: mtime } = file;
    const name = inside(`${folder}/${path}`);
    archive.entry({ name, size: content.byteLength, mode: 0o644, mtime }, Buffer.from(content));
  }
  for (const file of files) {
    if (!("linkTo" in file)) continue;
    const name = inside(`${folder}/${file.path}`);
    archive.entry({ name, type: "link", linkname: inside(file.linkTo) }, NOTHING);
  }
  archive.finalize();
  return archive;
}

/** Each chunk becomes a packet of its own, and a tree of links is thousands of headers of 512 bytes. */
export async function* inLargeChunks(chunks: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
    held.push(chunk);
    size += chunk.byteLength;
    if (size < CHUNK_BYTES) continue;
    yield Buffer.concat(held);
    held = [];
    size = 0;
  }
  yield Buffer.concat(held);
}
