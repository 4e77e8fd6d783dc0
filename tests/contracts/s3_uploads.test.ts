import { randomBytes } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, it } from "vitest";
import { awsClient, contractBucket, refusalOf } from "../support/s3.ts";

const s3 = contractBucket();

describe("listings", () => {
  it("go through keys in order, page by page, below a prefix", async () => {
    const Prefix = `${s3.key()}/`;
    const keys = ["a", "b/1", "b/2", "c", "d/x/y"].map((name) => Prefix + name);
    for (const Key of keys) await s3.put(Key);
    const seen: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const answer = await s3.client.send(
        new ListObjectsV2Command({ Bucket: s3.bucket(), Prefix, MaxKeys: 2, ContinuationToken }),
      );
      seen.push(...(answer.Contents ?? []).map((one) => one.Key));
      ContinuationToken = answer.NextContinuationToken;
    } while (ContinuationToken);
    expect(seen).toEqual(keys);
    const folders = await s3.client.send(new ListObjectsV2Command({ Bucket: s3.bucket(), Prefix, Delimiter: "/" }));
    expect(folders.Contents?.map((one) => one.Key)).toEqual([`${Prefix}a`, `${Prefix}c`]);
    expect(folders.CommonPrefixes).toEqual([{ Prefix: `${Prefix}b/` }, { Prefix: `${Prefix}d/` }]);
  });

  it("of versions go on where they were, also within one key", async () => {
    const Key = s3.key();
    const made = [];
    for (const text of ["1", "2", "3"]) made.unshift((await s3.put(Key, text)).VersionId);
    const seen: (string | undefined)[] = [];
    let next: { KeyMarker?: string; VersionIdMarker?: string } = {};
    do {
      const answer = await s3.client.send(
        new ListObjectVersionsCommand({ Bucket: s3.bucket(), Prefix: Key, MaxKeys: 1, ...next }),
      );
      seen.push(...(answer.Versions ?? []).map((one) => one.VersionId));
      next = { KeyMarker: answer.NextKeyMarker, VersionIdMarker: answer.NextVersionIdMarker };
    } while (next.KeyMarker);
    expect(seen).toEqual(made);
  });
});

describe("multipart uploads", () => {
  const begin = async (Key: string) =>
    (await s3.client.send(new CreateMultipartUploadCommand({ Bucket: s3.bucket(), Key, ContentType: "video/mp4" })))
      .UploadId;
  const part = (Key: string, UploadId: string | undefined, PartNumber: number, Body: Buffer) =>
    s3.client.send(new UploadPartCommand({ Bucket: s3.bucket(), Key, UploadId, PartNumber, Body }));

  it("become one object, in the order of their parts", async () => {
    const Key = s3.key();
    const UploadId = await begin(Key);
    const [large, small] = [randomBytes(5 * 1024 * 1024), randomBytes(10)];
    const second = await part(Key, UploadId, 2, small);
    await part(Key, UploadId, 1, small);
    const first = await part(Key, UploadId, 1, large); // sent again, as after a broken connection
    const { Parts = [] } = await s3.client.send(new ListPartsCommand({ Bucket: s3.bucket(), Key, UploadId }));
    expect(Parts.map(({ PartNumber, Size }) => [PartNumber, Size])).toEqual([
      [1, large.length],
      [2, small.length],
    ]);
    const parts = [first, second].map(({ ETag }, at) => ({ ETag, PartNumber: at + 1 }));
    const done = { Bucket: s3.bucket(), Key, UploadId, MultipartUpload: { Parts: parts } };
    const { ETag } = await s3.client.send(new CompleteMultipartUploadCommand(done));
    const { Body, ...answer } = await s3.client.send(new GetObjectCommand({ Bucket: s3.bucket(), Key }));
    expect(answer).toMatchObject({ ETag, ContentType: "video/mp4", ContentLength: large.length + small.length });
    expect(ETag).toMatch(/-2"$/);
    expect(Buffer.concat([large, small]).equals((await Body?.transformToByteArray()) ?? Buffer.of())).toBe(true);
  });

  it("refuse parts that are too small, missing or out of order, and are gone when they are aborted", async () => {
    const Key = s3.key();
    const UploadId = await begin(Key);
    const [one, two] = [await part(Key, UploadId, 1, Buffer.from("a")), await part(Key, UploadId, 2, Buffer.from("b"))];
    const complete = (Parts: { ETag?: string; PartNumber: number }[]) =>
      refusalOf(
        s3.client.send(
          new CompleteMultipartUploadCommand({ Bucket: s3.bucket(), Key, UploadId, MultipartUpload: { Parts } }),
        ),
      );
    const [first, second] = [
      { ETag: one.ETag, PartNumber: 1 },
      { ETag: two.ETag, PartNumber: 2 },
    ];
    expect(await complete([first, second])).toEqual({ name: "EntityTooSmall", status: 400 });
    expect(await complete([second, first])).toEqual({ name: "InvalidPartOrder", status: 400 });
    expect(await complete([{ ...first, ETag: two.ETag }])).toEqual({ name: "InvalidPart", status: 400 });
    await s3.client.send(new AbortMultipartUploadCommand({ Bucket: s3.bucket(), Key, UploadId }));
    expect(await complete([first])).toEqual({ name: "NoSuchUpload", status: 404 });
    expect(await refusalOf(s3.get(Key))).toMatchObject({ status: 404 });
  });
});

describe("presigned URLs", () => {
  const upload = (more = {}, options = {}) => {
    const Key = s3.key();
    const command = new PutObjectCommand({ Bucket: s3.bucket(), Key, ...more });
    return getSignedUrl(s3.client, command, { expiresIn: 60, ...options }).then((url) => ({ Key, url }));
  };

  it("let anyone upload and download what they name", async () => {
    const { Key, url } = await upload();
    expect((await fetch(url, { method: "PUT", body: "hello" })).status).toBe(200);
    const read = await getSignedUrl(s3.client, new GetObjectCommand({ Bucket: s3.bucket(), Key }), { expiresIn: 60 });
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
    const Key = s3.key();
    await s3.put(Key);
    const url = new URL(
      await getSignedUrl(s3.client, new GetObjectCommand({ Bucket: s3.bucket(), Key }), { expiresIn: 60 }),
    );
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
    const Key = s3.key();
    await s3.put(Key);
    const signingDate = new Date(Date.now() - 120_000);
    const command = new GetObjectCommand({ Bucket: s3.bucket(), Key });
    expect((await fetch(await getSignedUrl(s3.client, command, { expiresIn: 60, signingDate }))).status).toBe(403);
  });
});

describe("callers", () => {
  it.each<[what: string, keys: object, name: string]>([
    ["a wrong secret", { secretAccessKey: "wrong" }, "SignatureDoesNotMatch"],
    ["an unknown key", { accessKeyId: "nobody" }, "InvalidAccessKeyId"],
  ])("with %s are refused", async (_, keys, name) => {
    const { accessKey: accessKeyId, secretKey: secretAccessKey } = s3.s3();
    const stranger = awsClient(s3.s3(), { credentials: { accessKeyId, secretAccessKey, ...keys } });
    expect(await refusalOf(stranger.send(new ListObjectsV2Command({ Bucket: s3.bucket() })))).toEqual({
      name,
      status: 403,
    });
  });

  it("without a signature are refused", async () => {
    const Key = s3.key();
    await s3.put(Key);
    const { useSSL, endPoint } = s3.s3();
    const url = `${useSSL ? "https" : "http"}://${endPoint}/${s3.bucket()}/${Key}`;
    expect((await fetch(url)).status).toBe(403);
    expect((await fetch(url, { method: "PUT", body: "x" })).status).toBe(403);
  });
});
