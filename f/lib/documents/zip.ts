import { inflateRawSync } from "node:zlib";
import { InvalidInputError, TooLargeError } from "../errors.ts";

const MAX_UNPACKED_BYTES = 100 * 1024 * 1024;
const MAX_FILES = 5000;
const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const DEFLATED = 8;

/**
 * Refuses an archive that would not fit into memory once it is unpacked. What an archive says of its sizes may be a lie, so
 * each file is unpacked here, no further than the limit. Throws TooLarge, InvalidInput.
 */
export function checkArchive(bytes: Uint8Array): void {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = view.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < 0 || end + 22 > view.length || view.readUInt32LE(end) !== END_OF_DIRECTORY) throw broken();
  const files = view.readUInt16LE(end + 10);
  if (files > MAX_FILES) throw tooLarge(`${files} files, more than ${MAX_FILES}`);
  let left = MAX_UNPACKED_BYTES;
  let at = view.readUInt32LE(end + 16);
  for (let file = 0; file < files; file++) {
    if (at + 46 > view.length || view.readUInt32LE(at) !== DIRECTORY_ENTRY) throw broken();
    left -= unpackedSize(view, at, left);
    at += 46 + view.readUInt16LE(at + 28) + view.readUInt16LE(at + 30) + view.readUInt16LE(at + 32);
  }
}

function unpackedSize(view: Buffer, entry: number, most: number): number {
  const size = view.readUInt32LE(entry + 20);
  const local = view.readUInt32LE(entry + 42);
  if (local + 30 > view.length) throw broken();
  const from = local + 30 + view.readUInt16LE(local + 26) + view.readUInt16LE(local + 28);
  const packed = view.subarray(from, from + size);
  if (view.readUInt16LE(entry + 10) !== DEFLATED) return packed.length;
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, most) }).length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_BUFFER_TOO_LARGE") throw broken();
    throw tooLarge(`more than ${MAX_UNPACKED_BYTES} bytes`);
  }
}

const broken = () => new InvalidInputError("The document is not a whole archive", { hint: "Upload it again." });
const tooLarge = (what: string) => new TooLargeError(`The document unpacks to ${what}`, { hint: "Make it smaller." });
