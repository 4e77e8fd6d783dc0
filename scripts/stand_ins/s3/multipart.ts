import { createHash, randomUUID } from "node:crypto";
import { allOf, element, textOf } from "../../../f/lib/storage/xml.ts";
import { emptyAnswer, fail, xmlAnswer } from "./answers.ts";
import type { Call, Operation } from "./call.ts";
import { documentOf } from "./configurations.ts";
import { keptHeaders, md5, UPLOAD_HEADERS, versionHeader } from "./objects.ts";

type Upload = { id: string; bucket: string; key: string; created_at: string; headers: string };
type Part = { number: number; size: number; etag: string; blob: string };

const MIN_PART_BYTES = 5 * 1024 * 1024;
const MAX_PART_NUMBER = 10_000;

export const MULTIPART_OPERATIONS: Operation[] = [
  {
    name: "CreateMultipartUpload",
    method: "POST",
    target: "object",
    needs: ["uploads"],
    headers: UPLOAD_HEADERS,
    run: ({ store, bucket, key, headers }) => {
      store.bucket(bucket);
      const id = randomUUID();
      store.sql.run("insert into upload (id, bucket, key, created_at, headers) values (?, ?, ?, ?, ?)", [
        id,
        bucket,
        key,
        new Date().toISOString(),
        keptHeaders(headers),
      ]);
      return xmlAnswer("InitiateMultipartUploadResult", [
        element("Bucket", bucket),
        element("Key", key),
        element("UploadId", id),
      ]);
    },
  },
  {
    name: "UploadPart",
    method: "PUT",
    target: "object",
    needs: ["partNumber", "uploadId"],
    run: (call) => {
      const { store, query, body } = call;
      const { id } = uploadOf(call);
      const number = Number(query.get("partNumber"));
      if (!Number.isInteger(number) || number < 1 || number > MAX_PART_NUMBER) {
        fail(400, "InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive");
      }
      const before = partsOf(call, id).find((part) => part.number === number);
      const etag = md5(body);
      store.sql.run("insert or replace into part (upload, number, size, etag, blob) values (?, ?, ?, ?, ?)", [
        id,
        number,
        body.length,
        etag,
        store.keepContent(body),
      ]);
      if (before) store.dropContent(before.blob);
      return emptyAnswer(200, { etag: `"${etag}"` });
    },
  },
  { name: "CompleteMultipartUpload", method: "POST", target: "object", needs: ["uploadId"], run: complete },
  {
    name: "AbortMultipartUpload",
    method: "DELETE",
    target: "object",
    needs: ["uploadId"],
    run: (call) => {
      forget(call, uploadOf(call).id);
      return emptyAnswer(204);
    },
  },
  {
    name: "ListParts",
    method: "GET",
    target: "object",
    needs: ["uploadId"],
    run: (call) => {
      const { id } = uploadOf(call);
      const parts = partsOf(call, id).map(({ number, size, etag }) =>
        element("Part", [element("PartNumber", number), element("ETag", `"${etag}"`), element("Size", size)]),
      );
      return xmlAnswer("ListPartsResult", [
        element("Bucket", call.bucket),
        element("Key", call.key),
        element("UploadId", id),
        element("IsTruncated", false),
        ...parts,
      ]);
    },
  },
  {
    name: "ListMultipartUploads",
    method: "GET",
    target: "bucket",
    needs: ["uploads"],
    takes: ["prefix"],
    run: ({ store, bucket, query }) => {
      store.bucket(bucket);
      const below =
        "select * from upload where bucket = ?1 and substr(key, 1, length(?2)) = ?2 order by key, created_at";
      const uploads = store.sql.query(below).all(bucket, query.get("prefix") ?? "") as Upload[];
      const items = uploads.map(({ id, key, created_at }) =>
        element("Upload", [element("Key", key), element("UploadId", id), element("Initiated", created_at)]),
      );
      return xmlAnswer("ListMultipartUploadsResult", [
        element("Bucket", bucket),
        element("IsTruncated", false),
        ...items,
      ]);
    },
  },
];

function complete(call: Call): Response {
  const { store, bucket, key } = call;
  const { id, headers } = uploadOf(call);
  const named = allOf(documentOf(call, "CompleteMultipartUpload"), "Part").map((part) => ({
    number: Number(textOf(part, "PartNumber")),
    etag: (textOf(part, "ETag") ?? "").replaceAll('"', ""),
  }));
  if (named.length === 0) fail(400, "MalformedXML", "The XML you provided was not well-formed or did not validate.");
  if (named.some(({ number }, at) => at > 0 && number <= (named[at - 1]?.number ?? 0))) {
    fail(400, "InvalidPartOrder", "The list of parts was not in ascending order.");
  }
  const known = partsOf(call, id);
  const parts = named.map(
    ({ number, etag }) =>
      known.find((part) => part.number === number && part.etag === etag) ??
      fail(400, "InvalidPart", "One or more of the specified parts could not be found."),
  );
  if (parts.slice(0, -1).some(({ size }) => size < MIN_PART_BYTES)) {
    fail(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
  }
  const content = Buffer.concat(parts.map(({ blob }) => store.content(blob)));
  const digests = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, "hex")));
  const etag = `"${createHash("md5").update(digests).digest("hex")}-${parts.length}"`;
  const blob = store.keepContent(content);
  const made = store.add(store.bucket(bucket), { key, marker: 0, size: content.length, etag, blob, headers });
  forget(call, id);
  return xmlAnswer(
    "CompleteMultipartUploadResult",
    [element("Bucket", bucket), element("Key", key), element("ETag", etag)],
    versionHeader(made),
  );
}

function uploadOf({ store, bucket, key, query }: Call): Upload {
  const one = "select * from upload where id = ? and bucket = ? and key = ?";
  const found = store.sql.query(one).get(query.get("uploadId") ?? "", bucket, key) as Upload | null;
  return found ?? fail(404, "NoSuchUpload", "The specified multipart upload does not exist.");
}

const partsOf = ({ store }: Call, upload: string): Part[] =>
  store.sql.query("select * from part where upload = ? order by number").all(upload) as Part[];

function forget(call: Call, id: string): void {
  for (const { blob } of partsOf(call, id)) call.store.dropContent(blob);
  call.store.sql.run("delete from part where upload = ?", [id]);
  call.store.sql.run("delete from upload where id = ?", [id]);
}
