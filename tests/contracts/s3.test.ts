import { randomBytes } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
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
  ListPartsCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { awsClient, contractS3, refusalOf, uniqueBucket } from "../support/s3.ts";

const world = contractS3();
let client: S3Client;
let Bucket: string;
beforeAll(async () => {
  client = awsClient(world.s3);
  Bucket = world.s3.bucket;
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
});

/** A real store must not keep what the tests have made. */
afterAll(async () => {
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
    await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  }
  await client.send(new DeleteBucketCommand({ Bucket }));
});

const key = () => `files/${randomBytes(4).toString("hex")}`;
const put = (Key: string, Body: string | Buffer = "content", more = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = async (Key: string, more = {}) => {
  const answer = await client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return { ...answer, text: (await answer.Body?.transformToString()) ?? "" };
};

describe("buckets", () => {
  it("are made, seen, private, and deleted when they are empty", async () => {
    const own = { Bucket: uniqueBucket() };
    expect(await refusalOf(client.send(new HeadBucketCommand(own)))).toMatchObject({ status: 404 });
    await client.send(new CreateBucketCommand(own));
    await client.send(new HeadBucketCommand(own));
    const { Grants = [] } = await client.send(new GetBucketAclCommand(own));
    expect(Grants.filter(({ Grantee }) => Grantee?.URI)).toEqual([]);
    await client.send(new PutObjectCommand({ ...own, Key: "a" }));
    expect(await refusalOf(client.send(new DeleteBucketCommand(own)))).toEqual({ name: "BucketNotEmpty", status: 409 });
    const { Versions = [] } = await client.send(new ListObjectVersionsCommand(own));
    for (const { Key, VersionId } of Versions) await client.send(new DeleteObjectCommand({ ...own, Key, VersionId }));
    await client.send(new DeleteBucketCommand(own));
    expect(await refusalOf(client.send(new HeadBucketCommand(own)))).toMatchObject({ status: 404 });
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
    expect(await refusalOf(client.send(new GetBucketCorsCommand({ Bucket })))).toEqual({
      name: "NoSuchCORSConfiguration",
      status: 404,
    });
    await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    expect((await client.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toMatchObject(CORSRules);
    const Rules = [
      {
        ID: "old",
        Status: "Enabled" as const,
        Filter: { Prefix: "" },
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
      },
    ];
    expect(await refusalOf(client.send(new GetBucketLifecycleConfigurationCommand({ Bucket })))).toEqual({
      name: "NoSuchLifecycleConfiguration",
      status: 404,
    });
    await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
    expect((await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules).toMatchObject(Rules);
    expect((await client.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Enabled");
  });
});

describe("objects", () => {
  it.each([
    ["a text", "zwölf\n"],
    ["nothing", ""],
    ["bytes", Buffer.from([0, 255, 13, 10, 128])],
    ["a megabyte", randomBytes(1024 * 1024)],
  ])("hold %s and give it back", async (_, content) => {
    const Key = key();
    const { ETag } = await put(Key, content);
    const { Body, ...answer } = await client.send(new GetObjectCommand({ Bucket, Key }));
    expect(Buffer.from(content as string).equals((await Body?.transformToByteArray()) ?? Buffer.of())).toBe(true);
    expect(answer).toMatchObject({ ETag, ContentLength: Buffer.byteLength(content), AcceptRanges: "bytes" });
  });

  it.each(["a b+c&d=e?f#g", "ümläut/日本語.txt", "quote'(1)*!.txt", "per%20cent", "double//slash", "tab\there"])(
    "may be named %j",
    async (name) => {
      const Key = `${key()}/${name}`;
      await put(Key, name);
      expect((await get(Key)).text).toBe(name);
      const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: Key, EncodingType: "url" }));
      expect(Contents?.map((one) => decodeURIComponent(one.Key?.replaceAll("+", " ") ?? ""))).toEqual([Key]);
    },
  );

  it("keep their headers, and say others when a reader asks for it", async () => {
    const Key = key();
    await put(Key, "a", {
      ContentType: "text/plain",
      ContentDisposition: 'attachment;filename="a.txt"',
      CacheControl: "no-store",
      Metadata: { owner: "ada" },
    });
    expect(await client.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({
      ContentType: "text/plain",
      ContentDisposition: 'attachment;filename="a.txt"',
      CacheControl: "no-store",
      Metadata: { owner: "ada" },
    });
    const told = await get(Key, { ResponseContentType: "text/html", ResponseContentDisposition: "inline" });
    expect(told).toMatchObject({ ContentType: "text/html", ContentDisposition: "inline" });
  });

  it.each([
    ["bytes=0-3", "0123", "bytes 0-3/10"],
    ["bytes=4-", "456789", "bytes 4-9/10"],
    ["bytes=-2", "89", "bytes 8-9/10"],
    ["bytes=8-99", "89", "bytes 8-9/10"],
  ])("give the range %s", async (Range, text, ContentRange) => {
    const Key = key();
    await put(Key, "0123456789");
    expect(await get(Key, { Range })).toMatchObject({ text, ContentRange, ContentLength: text.length });
  });

  it("refuse a range that begins behind their end", async () => {
    const Key = key();
    await put(Key, "0123456789");
    expect(await refusalOf(get(Key, { Range: "bytes=10-" }))).toEqual({ name: "InvalidRange", status: 416 });
  });

  it("are read only when they have changed, and when they have not", async () => {
    const Key = key();
    const { ETag } = await put(Key);
    expect(await refusalOf(get(Key, { IfNoneMatch: ETag }))).toMatchObject({ status: 304 });
    expect((await get(Key, { IfNoneMatch: '"other"' })).text).toBe("content");
    expect((await get(Key, { IfMatch: ETag })).text).toBe("content");
    expect(await refusalOf(get(Key, { IfMatch: '"other"' }))).toMatchObject({ status: 412 });
  });

  it("are gone for readers once they are deleted, and come back with the marker's deletion", async () => {
    const Key = key();
    const first = await put(Key, "first");
    const second = await put(Key, "second");
    expect((await get(Key, { VersionId: first.VersionId })).text).toBe("first");
    const marker = await client.send(new DeleteObjectCommand({ Bucket, Key }));
    expect(marker.DeleteMarker).toBe(true);
    expect(await refusalOf(get(Key))).toEqual({ name: "NoSuchKey", status: 404 });
    expect((await get(Key, { VersionId: second.VersionId })).text).toBe("second");
    await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId: marker.VersionId }));
    expect((await get(Key)).text).toBe("second");
    const listed = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
    expect(listed.Versions?.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [second.VersionId, true],
      [first.VersionId, false],
    ]);
  });

  it("are deleted many at once, versions for good", async () => {
    const Key = key();
    const { VersionId } = await put(Key);
    const [other, missing] = [key(), key()];
    await put(other);
    const Objects = [{ Key, VersionId }, { Key: other }, { Key: missing }];
    const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Errors ?? []).toEqual([]);
    expect(Deleted).toMatchObject([{ Key, VersionId }, { Key: other }, { Key: missing }]);
    const left = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key }));
    expect(left.Versions ?? []).toEqual([]);
  });
});

describe("listings", () => {
  it("go through keys in order, page by page, below a prefix", async () => {
    const Prefix = `${key()}/`;
    const keys = ["a", "b/1", "b/2", "c", "d/x/y"].map((name) => Prefix + name);
    for (const Key of keys) await put(Key);
    const seen: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const answer = await client.send(new ListObjectsV2Command({ Bucket, Prefix, MaxKeys: 2, ContinuationToken }));
      seen.push(...(answer.Contents ?? []).map((one) => one.Key));
      ContinuationToken = answer.NextContinuationToken;
    } while (ContinuationToken);
    expect(seen).toEqual(keys);
    const folders = await client.send(new ListObjectsV2Command({ Bucket, Prefix, Delimiter: "/" }));
    expect(folders.Contents?.map((one) => one.Key)).toEqual([`${Prefix}a`, `${Prefix}c`]);
    expect(folders.CommonPrefixes).toEqual([{ Prefix: `${Prefix}b/` }, { Prefix: `${Prefix}d/` }]);
  });

  it("of versions go on where they were, also within one key", async () => {
    const Key = key();
    const made = [];
    for (const text of ["1", "2", "3"]) made.unshift((await put(Key, text)).VersionId);
    const seen: (string | undefined)[] = [];
    let next: { KeyMarker?: string; VersionIdMarker?: string } = {};
    do {
      const answer = await client.send(new ListObjectVersionsCommand({ Bucket, Prefix: Key, MaxKeys: 1, ...next }));
      seen.push(...(answer.Versions ?? []).map((one) => one.VersionId));
      next = { KeyMarker: answer.NextKeyMarker, VersionIdMarker: answer.NextVersionIdMarker };
    } while (next.KeyMarker);
    expect(seen).toEqual(made);
  });
});

describe("multipart uploads", () => {
  const begin = async (Key: string) =>
    (await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType: "video/mp4" }))).UploadId;
  const part = (Key: string, UploadId: string | undefined, PartNumber: number, Body: Buffer) =>
    client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));

  it("become one object, in the order of their parts", async () => {
    const Key = key();
    const UploadId = await begin(Key);
    const [large, small] = [randomBytes(5 * 1024 * 1024), randomBytes(10)];
    const second = await part(Key, UploadId, 2, small);
    await part(Key, UploadId, 1, small);
    const first = await part(Key, UploadId, 1, large); // sent again, as after a broken connection
    const { Parts = [] } = await client.send(new ListPartsCommand({ Bucket, Key, UploadId }));
    expect(Parts.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, large.length],
      [2, small.length],
    ]);
    const parts = [first, second].map(({ ETag }, at) => ({ ETag, PartNumber: at + 1 }));
    const done = { Bucket, Key, UploadId, MultipartUpload: { Parts: parts } };
    const { ETag } = await client.send(new CompleteMultipartUploadCommand(done));
    const { Body, ...answer } = await client.send(new GetObjectCommand({ Bucket, Key }));
    expect(answer).toMatchObject({ ETag, ContentType: "video/mp4", ContentLength: large.length + small.length });
    expect(ETag).toMatch(/-2"$/);
    expect(Buffer.concat([large, small]).equals((await Body?.transformToByteArray()) ?? Buffer.of())).toBe(true);
  });

  it("refuse parts that are too small, missing or out of order, and are gone when they are aborted", async () => {
    const Key = key();
    const UploadId = await begin(Key);
    const [one, two] = [await part(Key, UploadId, 1, Buffer.from("a")), await part(Key, UploadId, 2, Buffer.from("b"))];
    const complete = (Parts: { ETag?: string; PartNumber: number }[]) =>
      refusalOf(client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } })));
    const [first, second] = [
      { ETag: one.ETag, PartNumber: 1 },
      { ETag: two.ETag, PartNumber: 2 },
    ];
    expect(await complete([first, second])).toEqual({ name: "EntityTooSmall", status: 400 });
    expect(await complete([second, first])).toEqual({ name: "InvalidPartOrder", status: 400 });
    expect(await complete([{ ...first, ETag: two.ETag }])).toEqual({ name: "InvalidPart", status: 400 });
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    expect(await complete([first])).toEqual({ name: "NoSuchUpload", status: 404 });
    expect(await refusalOf(get(Key))).toMatchObject({ status: 404 });
  });
});

describe("presigned URLs", () => {
  const upload = (more = {}, options = {}) => {
    const Key = key();
    const command = new PutObjectCommand({ Bucket, Key, ...more });
    return getSignedUrl(client, command, { expiresIn: 60, ...options }).then((url) => ({ Key, url }));
  };

  it("let anyone upload and download what they name", async () => {
    const { Key, url } = await upload();
    expect((await fetch(url, { method: "PUT", body: "hello" })).status).toBe(200);
    const read = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key }), { expiresIn: 60 });
    expect(await (await fetch(read)).text()).toBe("hello");
    const range = await fetch(read, { headers: { range: "bytes=1-2" } });
    expect([range.status, await range.text()]).toEqual([206, "el"]);
  });

  it("hold to the size and the type that were signed", async () => {
    const signed = { signableHeaders: new Set(["content-type", "content-length", "host"]) };
    const { url } = await upload({ ContentType: "image/png", ContentLength: 5 }, signed);
    const send = async (body: string, type: string) =>
      (await fetch(url, { method: "PUT", body, headers: { "content-type": type } })).status;
    expect(await send("hello!", "image/png")).toBe(403);
    expect(await send("hell", "image/png")).toBe(403);
    expect(await send("hello", "text/html")).toBe(403);
    expect(await send("hello", "image/png")).toBe(200);
  });

  const query = (name: string, value: string) => (url: URL) => {
    url.searchParams.set(name, value);
  };
  const path = (change: (path: string) => string) => (url: URL) => {
    url.pathname = change(url.pathname);
  };
  it.each<[what: string, change: (url: URL) => void]>([
    ["another key", path((key) => `${key}x`)],
    ["another bucket", path((key) => key.replace(/^\/[^/]+/, "/other"))],
    ["a longer life", query("X-Amz-Expires", "6000")],
    ["another signature", query("X-Amz-Signature", "0".repeat(64))],
    ["another version", query("versionId", "null")],
    ["another answer", query("response-content-type", "text/html")],
  ])("are worth nothing with %s", async (_, change) => {
    const Key = key();
    await put(Key);
    const url = new URL(await getSignedUrl(client, new GetObjectCommand({ Bucket, Key }), { expiresIn: 60 }));
    change(url);
    expect((await fetch(url)).status).toBe(403);
  });

  it("are worth nothing with another method or an unsigned x-amz header", async () => {
    const { url } = await upload();
    expect((await fetch(url)).status).toBe(403);
    expect((await fetch(url, { method: "DELETE" })).status).toBe(403);
    const headers = { "x-amz-meta-mine": "1" };
    expect((await fetch(url, { method: "PUT", body: "a", headers })).status).toBe(403);
  });

  it("end when their time is over", async () => {
    const Key = key();
    await put(Key);
    const signingDate = new Date(Date.now() - 120_000);
    const command = new GetObjectCommand({ Bucket, Key });
    expect((await fetch(await getSignedUrl(client, command, { expiresIn: 60, signingDate }))).status).toBe(403);
  });
});

describe("callers", () => {
  it.each<[what: string, keys: object, name: string]>([
    ["a wrong secret", { secretAccessKey: "wrong" }, "SignatureDoesNotMatch"],
    ["an unknown key", { accessKeyId: "nobody" }, "InvalidAccessKeyId"],
  ])("with %s are refused", async (_, keys, name) => {
    const { accessKey: accessKeyId, secretKey: secretAccessKey } = world.s3;
    const stranger = awsClient(world.s3, { credentials: { accessKeyId, secretAccessKey, ...keys } });
    expect(await refusalOf(stranger.send(new ListObjectsV2Command({ Bucket })))).toEqual({ name, status: 403 });
  });

  it("without a signature are refused", async () => {
    const Key = key();
    await put(Key);
    const { useSSL, endPoint } = world.s3;
    const url = `${useSSL ? "https" : "http"}://${endPoint}/${Bucket}/${Key}`;
    expect((await fetch(url)).status).toBe(403);
    expect((await fetch(url, { method: "PUT", body: "x" })).status).toBe(403);
  });
});
