import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { extract } from "tar-stream";
import { InvalidInputError, OperationError, TooLargeError } from "../errors.ts";
import { describe } from "../names.ts";
import { SITE_LIMITS } from "./limits.ts";
import { SitePaths, shown } from "./paths.ts";

/** A file of a site: its path below the site's root, and its bytes. */
export type SiteFile = { path: string; content: Uint8Array };

/** Headers and padding that a tar of the largest allowed site needs at most. */
const TAR_OVERHEAD_BYTES = SITE_LIMITS.files * 3 * 1024;

/**
 * Reads a site from a .tgz in base64, as Windmill hands over a binary body. Trusts nothing in it: throws InvalidInput
 * for what is no such archive or holds anything but plain files and folders, TooLarge for what is beyond SITE_LIMITS.
 * No more than that is ever unpacked, and nothing touches a disk.
 */
export async function readArchive(base64: unknown): Promise<SiteFile[]> {
  const tar = await unzip(decode(base64));
  const files = await readTar(tar);
  if (!files.some((file) => file.path === "index.html")) {
    const nested = files.find((file) => file.path.endsWith("/index.html"))?.path;
    throw broken("The archive has no index.html at its top", {
      hint: `Pack what is in the site's folder, not the folder itself: tar -czf site.tgz -C <folder> .`,
      ...(nested ? { details: { argument: "raw_string", entry: shown(nested) } } : {}),
    });
  }
  return files;
}

function decode(base64: unknown): Buffer {
  const text = typeof base64 === "string" ? base64 : "";
  const limit = SITE_LIMITS.archiveBytes;
  if (text.length > Math.ceil(limit / 3) * 4) throw tooLarge(`The archive is larger than ${limit} bytes`);
  const bytes = Buffer.from(text, "base64");
  // Node skips what is no base64, so the lengths tell.
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  if (
    text.length % 4 !== 0 ||
    bytes.length !== (text.length / 4) * 3 - padding ||
    !(bytes[0] === 0x1f && bytes[1] === 0x8b)
  ) {
    throw broken(`The site must be a gzipped tar archive; got ${describe(base64)}`);
  }
  return bytes;
}

async function unzip(bytes: Buffer): Promise<Buffer> {
  const limit = SITE_LIMITS.totalBytes + TAR_OVERHEAD_BYTES;
  try {
    return await promisify(gunzip)(bytes, { maxOutputLength: limit });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(TOTAL);
    throw broken("The archive is damaged or incomplete", { cause });
  }
}

async function readTar(tar: Buffer): Promise<SiteFile[]> {
  const files: SiteFile[] = [];
  const paths = new SitePaths();
  let total = 0;
  const unpack = extract();
  unpack.end(tar);
  try {
    for await (const entry of unpack) {
      const { name, type, size = 0 } = entry.header;
      if (type !== "file" && type !== "directory") throw odd(name, type);
      const path = paths.add(name, type === "file" ? "file" : "folder");
      if (size > SITE_LIMITS.fileBytes) throw tooLarge(`A file is larger than ${SITE_LIMITS.fileBytes} bytes`, name);
      total += size;
      if (total > SITE_LIMITS.totalBytes) throw tooLarge(TOTAL);
      if (files.length === SITE_LIMITS.files) throw tooLarge(`The archive holds more than ${SITE_LIMITS.files} files`);
      const chunks: Uint8Array[] = [];
      for await (const chunk of entry) chunks.push(chunk as Uint8Array);
      if (type === "file" && path !== undefined) files.push({ path, content: Buffer.concat(chunks) });
    }
  } catch (cause) {
    if (cause instanceof OperationError) throw cause;
    throw broken("The archive is damaged or incomplete", { cause });
  }
  return files;
}

const TOTAL = `The site is larger than ${SITE_LIMITS.totalBytes} bytes`;

const broken = (message: string, more: { hint?: string; details?: Record<string, unknown>; cause?: unknown } = {}) =>
  new InvalidInputError(message, {
    hint: "Make it with: tar -czf site.tgz -C <folder> . and send it as it is, with content-type application/gzip.",
    details: { argument: "raw_string" },
    ...more,
  });

const odd = (name: string, type: string | null | undefined) =>
  broken("The archive holds something that is neither a file nor a folder", {
    hint: "Pack links as the files they point to (tar -h) and leave devices and pipes out.",
    details: { argument: "raw_string", entry: shown(name), type: type ?? "unknown" },
  });

const tooLarge = (message: string, name?: string) =>
  new TooLargeError(message, {
    hint: "Leave out what the site does not need, or keep large files in the object store.",
    details: { argument: "raw_string", ...(name === undefined ? {} : { entry: shown(name) }) },
  });
