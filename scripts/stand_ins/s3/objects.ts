import { createHash } from "node:crypto";
import { emptyAnswer, fail } from "./answers.ts";
import type { Call, Operation } from "./call.ts";
import { rangeOf, refuseUnlessMet } from "./conditions.ts";
import type { Version } from "./store.ts";

/** What an object is answered with, as it was uploaded. */
const KEPT_HEADERS = [
  "content-type",
  "content-disposition",
  "content-encoding",
  "content-language",
  "cache-control",
  "expires",
];
/** The answer may be told to say otherwise, in a URL that is signed. */
const OVERRIDES = KEPT_HEADERS.map((name) => `response-${name}`);

export const UPLOAD_HEADERS = /^x-amz-meta-[\w-]+$/;

export function keptHeaders(headers: Headers): string {
  const kept = [...headers].filter(([name]) => KEPT_HEADERS.includes(name) || UPLOAD_HEADERS.test(name));
  const encoding = headers.get("content-encoding")?.replace(/^aws-chunked,?\s*/, "");
  const entries = kept.map(([name, value]) => [name, name === "content-encoding" ? encoding : value]);
  return JSON.stringify(
    Object.fromEntries([["content-type", "binary/octet-stream"], ...entries.filter(([, value]) => value)]),
  );
}

export const md5 = (content: Uint8Array): string => createHash("md5").update(content).digest("hex");

/** Tells a caller which version it is about; a bucket without versions has none to tell of. */
export const versionHeader = ({ version_id }: Version): Record<string, string> =>
  version_id === "null" ? {} : { "x-amz-version-id": version_id };

export const OBJECT_OPERATIONS: Operation[] = [
  {
    name: "PutObject",
    method: "PUT",
    target: "object",
    headers: UPLOAD_HEADERS,
    run: ({ store, bucket, key, headers, body }) => {
      const held = store.bucket(bucket);
      refuseUnlessMet(headers, store.latest(bucket, key));
      const etag = `"${md5(body)}"`;
      const blob = store.keepContent(body);
      const version = { key, marker: 0 as const, size: body.length, etag, blob, headers: keptHeaders(headers) };
      return emptyAnswer(200, { etag, ...versionHeader(store.add(held, version)) });
    },
  },
  { name: "GetObject", method: "GET", target: "object", takes: ["versionId", ...OVERRIDES], run: read },
  { name: "HeadObject", method: "HEAD", target: "object", takes: ["versionId", ...OVERRIDES], run: read },
];

function read(call: Call): Response {
  const { store, method, headers, query } = call;
  const version = found(call);
  if (refuseUnlessMet(headers, version) === "not modified") return emptyAnswer(304, { etag: version.etag });
  const overridden = OVERRIDES.filter((name) => query.has(name)).map((name) => [
    name.slice("response-".length),
    query.get(name) ?? "",
  ]);
  const range = rangeOf(headers.get("range"), version.size);
  const answered = {
    ...(JSON.parse(version.headers) as Record<string, string>),
    ...Object.fromEntries(overridden),
    ...versionHeader(version),
    etag: version.etag,
    "last-modified": new Date(version.created_at).toUTCString(),
    "accept-ranges": "bytes",
    "content-length": String(range ? range.end - range.start + 1 : version.size),
    ...(range ? { "content-range": `bytes ${range.start}-${range.end}/${version.size}` } : {}),
  };
  if (method === "HEAD") return emptyAnswer(range ? 206 : 200, answered);
  const content = store.content(version.blob as string);
  const part = range ? content.subarray(range.start, range.end + 1) : content;
  return new Response(new Uint8Array(part), { status: range ? 206 : 200, headers: answered });
}

function found({ store, bucket, key, query }: Call): Version {
  store.bucket(bucket);
  const id = query.get("versionId");
  if (id === null) {
    const latest = store.latest(bucket, key);
    if (latest && !latest.marker) return latest;
    return fail(404, "NoSuchKey", "The specified key does not exist.");
  }
  const version = store.version(bucket, key, id) ?? fail(404, "NoSuchVersion", "The specified version does not exist.");
  if (version.marker) fail(405, "MethodNotAllowed", "The specified method is not allowed against this resource.");
  return version;
}
