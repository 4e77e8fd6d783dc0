import { InvalidInputError } from "../errors.ts";
import type { S3Value } from "../resources.ts";

const HOST = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/;
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

/** RFC 3986, as signatures want it. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * The URL of an object, or of the bucket. Throws InvalidInput for a connection that makes no address, and for a key that
 * a URL would lead elsewhere with: one that has `.` or `..` between its slashes.
 */
export function objectUrl(s3: S3Value, key = "", query: Record<string, string> = {}): URL {
  const { bucket, endPoint, pathStyle, useSSL = true } = s3;
  if (!HOST.test(endPoint) || !BUCKET.test(bucket) || !s3.region || !s3.accessKey || !s3.secretKey) throw noAddress();
  if (key.split("/").some((part) => part === "." || part === "..")) {
    throw new InvalidInputError('A key must not have "." or ".." between its slashes', { hint: "Rename the file." });
  }
  const host = pathStyle ? endPoint : `${bucket}.${endPoint}`;
  const path = [...(pathStyle ? [bucket] : []), ...(key ? key.split("/").map(encode) : [])].join("/");
  const url = new URL(`${useSSL ? "https" : "http"}://${host}/${path}`);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url;
}

const noAddress = (): InvalidInputError =>
  new InvalidInputError("An s3 resource needs bucket, region, endPoint as host or host:port, accessKey and secretKey", {
    hint: 'Correct the resource f/infra/storage; endPoint is for example "s3.us-west-004.backblazeb2.com".',
    details: { argument: "storage" },
  });
