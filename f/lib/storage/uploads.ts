import { randomUUID } from "node:crypto";
import { InvalidInputError, TooLargeError, UnsupportedTypeError, UpstreamError } from "../errors.ts";
import { describe } from "../names.ts";
import { request, type S3Request, type StoragePorts } from "./client.ts";
import { presign } from "./presign.ts";
import type { ProjectStorage } from "./project.ts";
import { fileKey } from "./scope.ts";
import { readXml, textOf } from "./xml.ts";

export type NewFile = { name?: string; type?: string; sizeBytes?: unknown };

type Step = { method: S3Request["method"]; url: string };

/** How a page sends a file to the store, without passing through us. All URLs are good until `expiresAt`. */
export type Upload = {
  /** What the file is asked for by, later. */
  id: string;
  expiresAt: string;
} & (
  | {
      kind: "single";
      /** Sent with `method` to `url`, with exactly these headers and a body of exactly `sizeBytes`. */
      headers: Record<string, string>;
      method: "PUT";
      url: string;
      sizeBytes: number;
    }
  | {
      kind: "multipart";
      /** Each sent with a body of exactly its size; the answer's ETag is for `complete`. */
      parts: (Step & { partNumber: number; sizeBytes: number })[];
      /** Sent last, with `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>...</ETag></Part>...`. */
      complete: Step;
      /** Sent to give up; unfinished uploads are removed after two days in any case. */
      abort: Step;
    }
);

const MEBIBYTE = 1024 * 1024;
const MAX_SINGLE_BYTES = 64 * MEBIBYTE;
const MIN_PART_BYTES = 16 * MEBIBYTE;
const MAX_PARTS = 1000;
const SINGLE_SECONDS = 15 * 60;
const MULTIPART_SECONDS = 6 * 3600;

/**
 * URLs for one new file of a project, whose size and type the store itself holds the sender to: both are signed. A file
 * of more than 64 MiB goes in parts.
 * Throws InvalidInput for what is no name, type or size, Too large and Unsupported type for what the project does not
 * take, Upstream when an upload in parts cannot be begun.
 */
export async function presignUpload(
  ports: StoragePorts & { now?: Date },
  storage: ProjectStorage,
  { scope, userId, ...file }: NewFile & { scope: string; userId: string },
): Promise<Upload> {
  const id = randomUUID();
  const key = fileKey(storage.prefix, { scope, userId, id });
  const { sizeBytes, ...headers } = judged(file, storage);
  if (sizeBytes > MAX_SINGLE_BYTES) return { id, ...(await inParts(ports, { key, headers, sizeBytes })) };
  const signed = { method: "PUT" as const, key, headers: { ...headers, "content-length": String(sizeBytes) } };
  const { url, expiresAt } = await presign(ports.s3, signed, { expiresSeconds: SINGLE_SECONDS, now: ports.now });
  return { id, kind: "single", method: "PUT", url, headers, sizeBytes, expiresAt };
}

async function inParts(
  ports: StoragePorts & { now?: Date },
  { key, headers, sizeBytes }: { key: string; headers: Record<string, string>; sizeBytes: number },
) {
  const begun = await request(ports, { method: "POST", key, query: { uploads: "" }, headers });
  const uploadId = textOf(readXml(begun.body), "UploadId");
  if (!uploadId) throw noUpload();
  const until = { expiresSeconds: MULTIPART_SECONDS, now: ports.now ?? new Date() };
  const step = async (method: S3Request["method"], query = {}, more = {}) => {
    const { url } = await presign(ports.s3, { method, key, query: { uploadId, ...query }, headers: more }, until);
    return { method, url };
  };
  const partBytes = Math.max(MIN_PART_BYTES, Math.ceil(sizeBytes / MAX_PARTS / MEBIBYTE) * MEBIBYTE);
  const sizes = Array.from({ length: Math.ceil(sizeBytes / partBytes) }, (_, at) =>
    Math.min(partBytes, sizeBytes - at * partBytes),
  );
  const parts = await Promise.all(
    sizes.map(async (size, at) => ({
      partNumber: at + 1,
      sizeBytes: size,
      ...(await step("PUT", { partNumber: String(at + 1) }, { "content-length": String(size) })),
    })),
  );
  const expiresAt = new Date(until.now.getTime() + MULTIPART_SECONDS * 1000).toISOString();
  return { kind: "multipart" as const, parts, complete: await step("POST"), abort: await step("DELETE"), expiresAt };
}

/** The file's headers and size, once they are what the project takes. */
function judged({ name = "file", type = "", sizeBytes }: NewFile, { maxBytes, types }: ProjectStorage) {
  if (typeof sizeBytes !== "number" || !Number.isSafeInteger(sizeBytes) || sizeBytes < 1) {
    throw invalid("sizeBytes", `must be the size of the file in bytes; got ${describe(sizeBytes)}`);
  }
  if (sizeBytes > maxBytes) {
    throw new TooLargeError(`A file of this project may have at most ${maxBytes} bytes`, {
      hint: "Send a smaller file.",
    });
  }
  if (!/^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,99}$/.test(type)) {
    throw invalid("type", `must be a media type such as image/png; got ${describe(type)}`);
  }
  if (!types.includes(type) && !types.includes(type.replace(/\/.*/, "/*"))) {
    throw new UnsupportedTypeError(`Files of this project must be one of ${types.join(", ")}`, {
      hint: "Convert the file, or ask the project's operator to allow its type.",
    });
  }
  if (/[\p{Cc}\p{Surrogate}/\\]/u.test(name) || name.length > 120) {
    throw invalid("name", `must be a file name of at most 120 characters; got ${describe(name)}`);
  }
  // Always as an attachment: what users upload never runs as a page, whatever its type. No space is in it, because a
  // signed URL's reader and its writer may differ about those.
  const disposition = `attachment;filename*=UTF-8''${encodeURIComponent(name).replace(/['()*!]/g, percent)}`;
  return { sizeBytes, "content-type": type, "content-disposition": disposition };
}

const percent = (one: string): string => `%${one.charCodeAt(0).toString(16).toUpperCase()}`;

const invalid = (argument: string, problem: string) =>
  new InvalidInputError(`${argument} ${problem}`, { hint: `Correct ${argument}.`, details: { argument } });

const noUpload = () =>
  new UpstreamError("The object store began an upload without saying which", {
    hint: "Check that endPoint of f/infra/storage leads to an S3 API.",
  });
