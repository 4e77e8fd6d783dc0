import { createHash, createHmac } from "node:crypto";

export type Scope = { date: string; region: string };

/** Headers that say how a request was signed, or carry it, and are no part of what was signed. */
export const AUTH_QUERY = [
  "X-Amz-Algorithm",
  "X-Amz-Credential",
  "X-Amz-Date",
  "X-Amz-Expires",
  "X-Amz-SignedHeaders",
  "X-Amz-Signature",
  "X-Amz-Content-Sha256",
];

export const sha256 = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex");

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** RFC 3986, as Signature Version 4 wants it. */
export const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/** The part of a request that its signature covers. */
export function canonicalRequest(
  request: { method: string; url: URL; headers: Headers },
  signedHeaders: string[],
  payloadHash: string,
): string {
  const { method, url, headers } = request;
  const path = url.pathname.split("/").map((part) => encode(decodeURIComponent(part)));
  const query = [...url.searchParams]
    .filter(([name]) => name !== "X-Amz-Signature")
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort();
  const lines = signedHeaders.map((name) => `${name}:${(headers.get(name) ?? "").trim().replace(/ +/g, " ")}\n`);
  return [method, path.join("/"), query.join("&"), lines.join(""), signedHeaders.join(";"), payloadHash].join("\n");
}

export function signingKey(secret: string, { date, region }: Scope): Buffer {
  return ["s3", "aws4_request"].reduce((key, part) => hmac(key, part), hmac(hmac(`AWS4${secret}`, date), region));
}

export const scopeText = ({ date, region }: Scope): string => `${date}/${region}/s3/aws4_request`;

/** The signature of a request, given its canonical form. */
export function signatureOf(key: Buffer, time: string, scope: Scope, canonical: string): string {
  return hmac(key, ["AWS4-HMAC-SHA256", time, scopeText(scope), sha256(canonical)].join("\n")).toString("hex");
}

/** The signature of a chunk, which continues the one before it. */
export function chunkSignature(key: Buffer, time: string, scope: Scope, before: string, chunk: Uint8Array): string {
  const text = ["AWS4-HMAC-SHA256-PAYLOAD", time, scopeText(scope), before, sha256(""), sha256(chunk)].join("\n");
  return hmac(key, text).toString("hex");
}
