import { element } from "../../../f/lib/storage/xml.ts";
import { emptyAnswer, fail, xmlAnswer } from "./answers.ts";
import type { Operation } from "./call.ts";
import type { Bucket } from "./store.ts";

const NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export const BUCKET_OPERATIONS: Operation[] = [
  {
    name: "ListBuckets",
    method: "GET",
    target: "service",
    run: ({ store }) => {
      const buckets = store.sql.query("select * from bucket order by name").all() as Bucket[];
      const items = buckets.map(({ name, created_at }) =>
        element("Bucket", [element("Name", name), element("CreationDate", created_at)]),
      );
      return xmlAnswer("ListAllMyBucketsResult", [element("Buckets", items)]);
    },
  },
  {
    name: "CreateBucket",
    method: "PUT",
    target: "bucket",
    headers: /^x-amz-acl$/,
    run: ({ store, bucket, headers, body }) => {
      if (!NAME.test(bucket)) fail(400, "InvalidBucketName", "The specified bucket is not valid.");
      if (body.length > 0)
        fail(400, "IllegalLocationConstraintException", "The location constraint is not valid here.");
      if ((headers.get("x-amz-acl") ?? "private") !== "private") fail(400, "InvalidArgument", "Only private buckets");
      const made = store.sql.run("insert or ignore into bucket (name, created_at, acl) values (?, ?, 'private')", [
        bucket,
        new Date().toISOString(),
      ]);
      if (made.changes === 0) fail(409, "BucketAlreadyOwnedByYou", "You already own this bucket.");
      return emptyAnswer(200, { location: `/${bucket}` });
    },
  },
  {
    name: "HeadBucket",
    method: "HEAD",
    target: "bucket",
    run: ({ store, bucket }) => {
      store.bucket(bucket);
      return emptyAnswer(200, { "x-amz-bucket-region": "us-east-1" });
    },
  },
  {
    name: "DeleteBucket",
    method: "DELETE",
    target: "bucket",
    run: ({ store, bucket }) => {
      store.bucket(bucket);
      if (store.sql.query("select 1 from version where bucket = ? limit 1").get(bucket)) {
        fail(409, "BucketNotEmpty", "The bucket you tried to delete is not empty");
      }
      store.sql.run("delete from bucket where name = ?", [bucket]);
      return emptyAnswer(204);
    },
  },
];
