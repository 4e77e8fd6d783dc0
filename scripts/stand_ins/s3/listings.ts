import { element } from "../../../f/lib/storage/xml.ts";
import { fail, xmlAnswer } from "./answers.ts";
import type { Call, Operation } from "./call.ts";
import { encode } from "./canonical.ts";
import type { Version } from "./store.ts";

type Entry = { key: string; version?: Version; latest?: boolean };

const MAX_KEYS = 1000;

export const LIST_OPERATIONS: Operation[] = [
  {
    name: "ListObjectsV2",
    method: "GET",
    target: "bucket",
    needs: ["list-type"],
    takes: ["prefix", "delimiter", "max-keys", "continuation-token", "start-after", "encoding-type"],
    run: (call) => {
      const { query } = call;
      if (query.get("list-type") !== "2") fail(400, "InvalidArgument", "Invalid list-type");
      const token = query.get("continuation-token");
      const after = token === null ? (query.get("start-after") ?? "") : Buffer.from(token, "base64url").toString();
      const current = versionsOf(call).filter((one, at, all) => all[at - 1]?.key !== one.key && !one.marker);
      const { entries, next } = page(call, current.map(toEntry), (entry) => entry.key > after);
      return xmlAnswer("ListBucketResult", [
        ...shared(call),
        element("KeyCount", entries.length),
        element("IsTruncated", next !== undefined),
        next ? element("NextContinuationToken", Buffer.from(next.key).toString("base64url")) : undefined,
        ...entries.map((entry) => (entry.version ? object(call, entry.version) : prefix(call, entry))),
      ]);
    },
  },
  {
    name: "ListObjectVersions",
    method: "GET",
    target: "bucket",
    needs: ["versions"],
    takes: ["prefix", "delimiter", "max-keys", "key-marker", "version-id-marker", "encoding-type"],
    run: (call) => {
      const { query, store, bucket } = call;
      const [key, id] = [query.get("key-marker") ?? "", query.get("version-id-marker")];
      const marked = id === null ? undefined : store.version(bucket, key, id);
      const isAfter = (entry: Entry) =>
        entry.key > key || (entry.key === key && marked !== undefined && (entry.version?.seq ?? 0) < marked.seq);
      const all = versionsOf(call);
      const listed = all.map((one, at) => ({ ...toEntry(one), latest: all[at - 1]?.key !== one.key }));
      const { entries, next } = page(call, listed, isAfter);
      return xmlAnswer("ListVersionsResult", [
        ...shared(call),
        element("IsTruncated", next !== undefined),
        next ? element("NextKeyMarker", encoded(call, next.key)) : undefined,
        next?.version ? element("NextVersionIdMarker", next.version.version_id) : undefined,
        ...entries.map((entry) => (entry.version ? version(call, entry) : prefix(call, entry))),
      ]);
    },
  },
];

const toEntry = (version: Version): Entry => ({ key: version.key, version });

/** All versions below the prefix, by key, the newest of each first. */
function versionsOf({ store, bucket, query }: Call): Version[] {
  store.bucket(bucket);
  const below = "select * from version where bucket = ?1 and substr(key, 1, length(?2)) = ?2 order by key, seq desc";
  return store.sql.query(below).all(bucket, query.get("prefix") ?? "") as Version[];
}

/** What lies behind a delimiter counts once, by what it begins with. */
function page({ query }: Call, all: Entry[], isAfter: (entry: Entry) => boolean): { entries: Entry[]; next?: Entry } {
  const [delimiter, begin] = [query.get("delimiter") ?? "", query.get("prefix")?.length ?? 0];
  const grouped = all.map((entry): Entry => {
    const at = delimiter ? entry.key.indexOf(delimiter, begin) : -1;
    return at < 0 ? entry : { key: entry.key.slice(0, at + delimiter.length) };
  });
  const distinct = grouped.filter((entry, at) => entry.version || grouped[at - 1]?.key !== entry.key);
  const left = distinct.filter(isAfter);
  const limit = Number(query.get("max-keys") ?? MAX_KEYS);
  if (!Number.isInteger(limit) || limit < 0) fail(400, "InvalidArgument", "Argument max-keys must be an integer");
  const entries = left.slice(0, Math.min(limit, MAX_KEYS));
  const last = entries.at(-1);
  return last && left.length > entries.length ? { entries, next: last } : { entries };
}

const encoded = ({ query }: Call, key: string): string =>
  query.get("encoding-type") === "url" ? encode(key).replaceAll("%2F", "/") : key;

const shared = (call: Call): (string | undefined)[] => [
  element("Name", call.bucket),
  element("Prefix", encoded(call, call.query.get("prefix") ?? "")),
  element("MaxKeys", call.query.get("max-keys") ?? MAX_KEYS),
  call.query.has("delimiter") ? element("Delimiter", call.query.get("delimiter") ?? "") : undefined,
  call.query.has("encoding-type") ? element("EncodingType", "url") : undefined,
];

const prefix = (call: Call, { key }: Entry): string =>
  element("CommonPrefixes", [element("Prefix", encoded(call, key))]);

const facts = ({ created_at, etag, size }: Version): string[] => [
  element("LastModified", created_at),
  element("ETag", etag),
  element("Size", size),
  element("StorageClass", "STANDARD"),
];

const object = (call: Call, one: Version): string =>
  element("Contents", [element("Key", encoded(call, one.key)), ...facts(one)]);

function version(call: Call, { version: one, latest }: Entry): string {
  const { key, version_id, marker, created_at } = one as Version;
  return element(marker ? "DeleteMarker" : "Version", [
    element("Key", encoded(call, key)),
    element("VersionId", version_id),
    element("IsLatest", latest === true),
    ...(marker ? [element("LastModified", created_at)] : facts(one as Version)),
  ]);
}
