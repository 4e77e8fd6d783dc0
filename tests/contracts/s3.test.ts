import { randomBytes } from "node:crypto";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { contractBucket, refusalOf, uniqueBucket } from "../support/s3.ts";

const s3 = contractBucket();

describe("buckets", () => {
  it("are made, seen, private, and deleted when they are empty", async () => {
    const own = { Bucket: uniqueBucket() };
    expect(await refusalOf(s3.client.send(new HeadBucketCommand(own)))).toMatchObject({ status: 404 });
    await s3.client.send(new CreateBucketCommand(own));
    await s3.client.send(new HeadBucketCommand(own));
    const { Grants = [] } = await s3.client.send(new GetBucketAclCommand(own));
    expect(Grants.filter(({ Grantee }) => Grantee?.URI)).toEqual([]);
    await s3.client.send(new PutObjectCommand({ ...own, Key: "a" }));
    expect(await refusalOf(s3.client.send(new DeleteBucketCommand(own)))).toEqual({
      name: "BucketNotEmpty",
      status: 409,
    });
    const { Versions = [] } = await s3.client.send(new ListObjectVersionsCommand(own));
    for (const { Key, VersionId } of Versions)
      await s3.client.send(new DeleteObjectCommand({ ...own, Key, VersionId }));
    await s3.client.send(new DeleteBucketCommand(own));
    expect(await refusalOf(s3.client.send(new HeadBucketCommand(own)))).toMatchObject({ status: 404 });
  });

  it("keep their settings", async () => {
    const CORSRules = [
      {
        AllowedOrigins: ["https://*.example.com"],
        AllowedMethods: ["GET", "PUT"],
        AllowedHeaders: ["content-type"],
        ExposeHeaders: ["ETag"],
        MaxAgeSeconds: 600,
      },
    ];
    expect(await refusalOf(s3.client.send(new GetBucketCorsCommand({ Bucket: s3.bucket() })))).toEqual({
      name: "NoSuchCORSConfiguration",
      status: 404,
    });
    await s3.client.send(new PutBucketCorsCommand({ Bucket: s3.bucket(), CORSConfiguration: { CORSRules } }));
    expect((await s3.client.send(new GetBucketCorsCommand({ Bucket: s3.bucket() }))).CORSRules).toMatchObject(
      CORSRules,
    );
    const Rules = [
      {
        ID: "old",
        Status: "Enabled" as const,
        Filter: { Prefix: "" },
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
      },
    ];
    expect(
      await refusalOf(s3.client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: s3.bucket() }))),
    ).toEqual({
      name: "NoSuchLifecycleConfiguration",
      status: 404,
    });
    await s3.client.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket: s3.bucket(), LifecycleConfiguration: { Rules } }),
    );
    expect(
      (await s3.client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: s3.bucket() }))).Rules,
    ).toMatchObject(Rules);
    expect((await s3.client.send(new GetBucketVersioningCommand({ Bucket: s3.bucket() }))).Status).toBe("Enabled");
  });
});

describe("objects", () => {
  it.each([
    ["a text", "zwölf\n"],
    ["nothing", ""],
    ["bytes", Buffer.from([0, 255, 13, 10, 128])],
    ["a megabyte", randomBytes(1024 * 1024)],
  ])("hold %s and give it back", async (_, content) => {
    const Key = s3.key();
    const { ETag } = await s3.put(Key, content);
    const { Body, ...answer } = await s3.client.send(new GetObjectCommand({ Bucket: s3.bucket(), Key }));
    expect(Buffer.from(content as string).equals((await Body?.transformToByteArray()) ?? Buffer.of())).toBe(true);
    expect(answer).toMatchObject({ ETag, ContentLength: Buffer.byteLength(content), AcceptRanges: "bytes" });
  });

  it.each(["a b+c&d=e?f#g", "ümläut/日本語.txt", "quote'(1)*!.txt", "per%20cent", "double//slash", "tab\there"])(
    "may be named %j",
    async (name) => {
      const Key = `${s3.key()}/${name}`;
      await s3.put(Key, name);
      expect((await s3.get(Key)).text).toBe(name);
      const { Contents } = await s3.client.send(
        new ListObjectsV2Command({ Bucket: s3.bucket(), Prefix: Key, EncodingType: "url" }),
      );
      expect(Contents?.map((one) => decodeURIComponent(one.Key?.replaceAll("+", " ") ?? ""))).toEqual([Key]);
    },
  );

  it("keep their headers, and say others when a reader asks for it", async () => {
    const Key = s3.key();
    await s3.put(Key, "a", {
      ContentType: "text/plain",
      ContentDisposition: 'attachment;filename="a.txt"',
      CacheControl: "no-store",
      Metadata: { owner: "ada" },
    });
    expect(await s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket(), Key }))).toMatchObject({
      ContentType: "text/plain",
      ContentDisposition: 'attachment;filename="a.txt"',
      CacheControl: "no-store",
      Metadata: { owner: "ada" },
    });
    const told = await s3.get(Key, { ResponseContentType: "text/html", ResponseContentDisposition: "inline" });
    expect(told).toMatchObject({ ContentType: "text/html", ContentDisposition: "inline" });
  });

  it.each([
    ["bytes=0-3", "0123", "bytes 0-3/10"],
    ["bytes=4-", "456789", "bytes 4-9/10"],
    ["bytes=-2", "89", "bytes 8-9/10"],
    ["bytes=8-99", "89", "bytes 8-9/10"],
  ])("give the range %s", async (Range, text, ContentRange) => {
    const Key = s3.key();
    await s3.put(Key, "0123456789");
    expect(await s3.get(Key, { Range })).toMatchObject({ text, ContentRange, ContentLength: text.length });
  });

  it("refuse a range that begins behind their end", async () => {
    const Key = s3.key();
    await s3.put(Key, "0123456789");
    expect(await refusalOf(s3.get(Key, { Range: "bytes=10-" }))).toEqual({ name: "InvalidRange", status: 416 });
  });

  it("are read only when they have changed, and when they have not", async () => {
    const Key = s3.key();
    const { ETag } = await s3.put(Key);
    expect(await refusalOf(s3.get(Key, { IfNoneMatch: ETag }))).toMatchObject({ status: 304 });
    expect((await s3.get(Key, { IfNoneMatch: '"other"' })).text).toBe("content");
    expect((await s3.get(Key, { IfMatch: ETag })).text).toBe("content");
    expect(await refusalOf(s3.get(Key, { IfMatch: '"other"' }))).toMatchObject({ status: 412 });
  });

  it("are gone for readers once they are deleted, and come back with the marker's deletion", async () => {
    const Key = s3.key();
    const first = await s3.put(Key, "first");
    const second = await s3.put(Key, "second");
    expect((await s3.get(Key, { VersionId: first.VersionId })).text).toBe("first");
    const marker = await s3.client.send(new DeleteObjectCommand({ Bucket: s3.bucket(), Key }));
    expect(marker.DeleteMarker).toBe(true);
    expect(await refusalOf(s3.get(Key))).toEqual({ name: "NoSuchKey", status: 404 });
    expect((await s3.get(Key, { VersionId: second.VersionId })).text).toBe("second");
    await s3.client.send(new DeleteObjectCommand({ Bucket: s3.bucket(), Key, VersionId: marker.VersionId }));
    expect((await s3.get(Key)).text).toBe("second");
    const listed = await s3.client.send(new ListObjectVersionsCommand({ Bucket: s3.bucket(), Prefix: Key }));
    expect(listed.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [second.VersionId, true],
      [first.VersionId, false],
    ]);
  });

  it("are deleted many at once, versions for good", async () => {
    const Key = s3.key();
    const { VersionId } = await s3.put(Key);
    const [other, missing] = [s3.key(), s3.key()];
    await s3.put(other);
    const Objects = [{ Key, VersionId }, { Key: other }, { Key: missing }];
    const { Deleted, Errors } = await s3.client.send(
      new DeleteObjectsCommand({ Bucket: s3.bucket(), Delete: { Objects } }),
    );
    expect(Errors ?? []).toEqual([]);
    expect(Deleted).toMatchObject([{ Key, VersionId }, { Key: other }, { Key: missing }]);
    const left = await s3.client.send(new ListObjectVersionsCommand({ Bucket: s3.bucket(), Prefix: Key }));
    expect(left.Versions ?? []).toEqual([]);
  });
});
