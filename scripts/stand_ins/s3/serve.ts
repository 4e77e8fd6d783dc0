import { createHash } from "node:crypto";
import { fail, notImplemented } from "./answers.ts";
import { authenticate, type Keys } from "./authenticate.ts";
import type { Call, Operation } from "./call.ts";
import { AUTH_QUERY } from "./canonical.ts";
import { operationOf } from "./operations.ts";
import type { Store } from "./store.ts";

type Settings = { keys: Keys; verifiesChecksums: boolean; store: Store };

const EVERY_REQUEST = /^x-amz-(?:date|content-sha256|decoded-content-length|user-agent)$/;
const CHECKSUMS = /^x-amz-(?:checksum-(?:crc32|mode)|sdk-checksum-algorithm|trailer)$/;
/** The AWS SDK tells which of its methods was called. */
const IGNORED_QUERY = [...AUTH_QUERY, "x-id"];

/** Does what a request asks for, if its signature is right and all of it is understood. */
export async function serve(request: Request, { keys, verifiesChecksums, store }: Settings): Promise<Response> {
  const url = new URL(request.url);
  const headers = new Headers(request.headers);
  const [, bucket = "", ...rest] = url.pathname.split("/").map(decoded);
  const asked = { method: request.method, bucket, key: rest.join("/"), query: url.searchParams };
  const operation = operationOf(asked) ?? notImplemented(`${request.method} with this path and query`);
  refuseUnknown(operation, asked.query, headers, verifiesChecksums);
  const sent = new Uint8Array(await request.arrayBuffer());
  const body = authenticate({ method: request.method, url, headers, body: sent }, keys, new Date());
  if (Buffer.byteLength(asked.key) > 1024) fail(400, "KeyTooLongError", "Your key is too long");
  if (asked.key.includes("\0")) fail(400, "InvalidArgument", "A key has no NUL");
  checkBody(body, headers, asked);
  return operation.run({ store, ...asked, headers, body });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return fail(400, "InvalidURI", "Couldn't parse the specified URI.");
  }
}

function refuseUnknown(operation: Operation, query: URLSearchParams, headers: Headers, verifies: boolean): void {
  const known = [...(operation.needs ?? []), ...(operation.takes ?? []), ...IGNORED_QUERY];
  const parameter = [...query.keys()].find((name) => !known.includes(name));
  if (parameter !== undefined) notImplemented(`the query parameter ${parameter} of ${operation.name}`);
  const accepted = (name: string) =>
    EVERY_REQUEST.test(name) || operation.headers?.test(name) || (verifies && CHECKSUMS.test(name));
  const header = [...headers.keys()].find((name) => name.startsWith("x-amz-") && !accepted(name));
  if (header) fail(400, "InvalidArgument", `Unsupported header '${header}' received for this API call.`);
}

function checkBody(body: Uint8Array, headers: Headers, { method }: Pick<Call, "method">): void {
  if (method === "PUT" && !headers.has("content-length") && !headers.has("x-amz-decoded-content-length")) {
    fail(411, "MissingContentLength", "You must provide the Content-Length HTTP header.");
  }
  const md5 = headers.get("content-md5");
  const crc32 = headers.get("x-amz-checksum-crc32");
  const isSound =
    (md5 === null || md5 === createHash("md5").update(body).digest("base64")) &&
    (crc32 === null || crc32 === crc32Of(body));
  if (!isSound) fail(400, "BadDigest", "The checksum you specified did not match what we received.");
}

function crc32Of(body: Uint8Array): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(Bun.hash.crc32(body));
  return bytes.toString("base64");
}
