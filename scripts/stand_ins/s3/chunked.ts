import { fail, notImplemented } from "./answers.ts";
import { chunkSignature, type Scope } from "./canonical.ts";

type Framing = { kind: string; key: Buffer; scope: Scope; time: string; signature: string };

/**
 * The content of an `aws-chunked` body: chunks with their sizes, signed each or not, and trailers after the last one.
 * Every signature and the announced length are verified. A checksum in a trailer is put among the headers.
 */
export function decodeChunks(body: Uint8Array, headers: Headers, framing: Framing): Uint8Array {
  const signedChunks = framing.kind === "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
  if (!signedChunks && framing.kind !== "STREAMING-UNSIGNED-PAYLOAD-TRAILER") notImplemented(framing.kind);
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const content: Buffer[] = [];
  let before = framing.signature;
  let at = 0;
  for (;;) {
    const lineEnd = bytes.indexOf("\r\n", at);
    const line = bytes.toString("latin1", at, Math.max(at, lineEnd));
    const [, size = "", , signature] = /^([0-9a-f]{1,8})(;chunk-signature=([0-9a-f]{64}))?$/i.exec(line) ?? broken();
    const start = lineEnd + 2;
    const chunk = bytes.subarray(start, start + Number.parseInt(size, 16));
    if (signedChunks) {
      before = chunkSignature(framing.key, framing.time, framing.scope, before, chunk);
      if (signature !== before) fail(403, "SignatureDoesNotMatch", "The signature of a chunk does not match.");
    }
    at = start + chunk.length;
    if (chunk.length === 0) break;
    if (bytes.toString("latin1", at, at + 2) !== "\r\n") broken();
    content.push(chunk);
    at += 2;
  }
  readTrailers(bytes.toString("latin1", at), headers);
  const decoded = Buffer.concat(content);
  if (decoded.length !== Number(headers.get("x-amz-decoded-content-length"))) broken();
  return decoded;
}

/** Only what `x-amz-trailer` has announced may come. */
function readTrailers(text: string, headers: Headers): void {
  const announced = headers.get("x-amz-trailer") ?? "";
  const trailers = text.split("\r\n").filter(Boolean);
  if (trailers.length !== (announced ? 1 : 0)) broken();
  for (const trailer of trailers) {
    const [, name = "", value = ""] = /^([\w-]+):\s*(\S+)$/.exec(trailer) ?? broken();
    if (name !== announced) broken();
    headers.set(name, value);
  }
}

const broken = (): never => fail(400, "IncompleteBody", "The aws-chunked body is not as its header says.");
