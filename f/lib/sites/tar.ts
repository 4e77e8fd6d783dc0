import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { extract } from "tar-stream";
import { InvalidInputError, OperationError, TooLargeError } from "../errors.ts";
import { describe } from "../names.ts";
import { SITE_LIMITS } from "./limits.ts";
import { shown } from "./paths.ts";

export type TarEntry = { name: string; type: "file" | "directory"; content: Uint8Array };

/** Headers and padding that a tar of the largest allowed site needs at most. */
const TAR_OVERHEAD_BYTES = SITE_LIMITS.files * 3 * 1024;

/**
 * Reads a tar or .tgz in base64, as Windmill hands over a binary body; each entry is judged before the next is unpacked.
 * Trusts nothing in it: throws InvalidInput for what is no such archive or holds anything but plain files and folders,
 * TooLarge for what is beyond SITE_LIMITS. No more than that is ever unpacked, and nothing touches a disk.
 */
export async function readTar(base64: unknown, judge: (entry: TarEntry) => void): Promise<void> {
  const tar = await unzip(decode(base64));
  let files = 0;
  let total = 0;
  const unpack = extract();
  unpack.end(tar);
  try {
    for await (const entry of unpack) {
      const { name, type, size = 0 } = entry.header;
      if (type !== "file" && type !== "directory") throw odd(name, type);
      if (size > SITE_LIMITS.fileBytes) throw tooLarge(`A file is larger than ${SITE_LIMITS.fileBytes} bytes`, name);
      total += size;
      files += type === "file" ? 1 : 0;
      if (total > SITE_LIMITS.totalBytes) throw tooLarge(TOTAL);
      if (files > SITE_LIMITS.files) throw tooLarge(`The archive holds more than ${SITE_LIMITS.files} files`);
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry) chunks.push(chunk as Uint8Array);
      judge({ name, type, content: Buffer.concat(chunks) });
    }
  } catch (cause) {
    if (cause instanceof OperationError) throw cause;
    throw brokenTar("The archive is damaged or incomplete", { cause });
  }
}

const TOTAL = `The site is larger than ${SITE_LIMITS.totalBytes} bytes`;

function decode(base64: unknown): Buffer {
  const text = typeof base64 === "string" ? base64 : "";
  const limit = SITE_LIMITS.archiveBytes;
  if (text.length > Math.ceil(limit / 3) * 4) throw tooLarge(`The archive is larger than ${limit} bytes`);
  const bytes = Buffer.from(text, "base64");
  // Node skips what is no base64, so the lengths tell.
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  if (text.length % 4 !== 0 || bytes.length !== (text.length / 4) * 3 - padding || !(isGzip(bytes) || isTar(bytes)))
    throw brokenTar(`The archive must be a tar, usually gzipped; got ${describe(base64)}`);
  return bytes;
}

const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
const isTar = (bytes: Buffer): boolean => bytes.toString("latin1", 257, 262) === "ustar";

async function unzip(bytes: Buffer): Promise<Buffer> {
  if (!isGzip(bytes)) return bytes;
  const limit = SITE_LIMITS.totalBytes + TAR_OVERHEAD_BYTES;
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: limit });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(TOTAL);
    throw brokenTar("The archive is damaged or incomplete", { cause });
  }
}

export const brokenTar = (
  message: string,
  more: { hint?: string; details?: Record<string, unknown>; cause?: unknown } = {},
) =>
  new InvalidInputError(message, {
    hint: "Make it with: tar -czf site.tgz -C <folder> . and send it as it is, with content-type application/gzip.",
    details: { argument: "raw_string" },
    ...more,
  });

const odd = (name: string, type: string | null | undefined) =>
  brokenTar("The archive holds something that is neither a file nor a folder", {
    hint: "Pack links as the files they point to (tar -h) and leave devices and pipes out.",
    details: { argument: "raw_string", entry: shown(name), type: type ?? "unknown" },
  });

const tooLarge = (message: string, name?: string) =>
  new TooLargeError(message, {
    hint: "Leave out what the site does not need, or keep large files in the object store.",
    details: { argument: "raw_string", ...(name === undefined ? {} : { entry: shown(name) }) },
  });
