import { createHash, createHmac } from "node:crypto";
import { Readable } from "node:stream";
import { CreateBucketCommand, GetObjectCommand, ListBucketsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { AwsV4Signer } from "aws4fetch";
import { beforeAll, describe, expect, it } from "vitest";
import { canonicalRequest, chunkSignature, sha256, signingKey } from "../../../scripts/stand_ins/s3/canonical.ts";
import { awsClient, refusalOf, standInS3 } from "../../support/s3.ts";

const world = standInS3();
const aws = standInS3({ checksums: "verify" });
const Key = "a";
const BY_DEFAULT = {
  requestChecksumCalculation: "WHEN_SUPPORTED",
  responseChecksumValidation: "WHEN_SUPPORTED",
} as const;
beforeAll(async () => {
  for (const { s3 } of [world, aws]) await awsClient(s3).send(new CreateBucketCommand({ Bucket: s3.bucket }));
});

/** Sends a request that is signed, but that no official client would send. */
async function send(
  { method = "GET", path = "", query = "", headers = {}, body }: Sent,
  change: (request: { url: URL; headers: Headers }) => void = () => {},
): Promise<{ status: number; text: string; headers: Headers }> {
  const { accessKey: accessKeyId, secretKey: secretAccessKey, region, bucket, endPoint } = world.s3;
  const url = `http://${endPoint}/${bucket}${path && `/${path}`}${query && `?${query}`}`;
  const keys = { accessKeyId, secretAccessKey, region, service: "s3" };
  const signed = await new AwsV4Signer({ method, url, headers, body, ...keys }).sign();
  change(signed);
  const answer = await fetch(signed.url, { method, headers: signed.headers, ...(body ? { body } : {}) });
  return { status: answer.status, text: await answer.text(), headers: answer.headers };
}
type Sent = { method?: string; path?: string; query?: string; headers?: Record<string, string>; body?: string };

describe("the S3 stand-in", () => {
  it.each<[what: string, request: Sent]>([
    ["tags", { query: "tagging" }],
    ["a bucket policy", { query: "policy" }],
    ["a website", { query: "website" }],
    ["the old listing", {}],
    ["an unknown parameter of a known call", { query: "list-type=2&fetch-owner=true" }],
    ["another method", { method: "PATCH", path: "a", body: "x" }],
    ["form uploads", { method: "POST", body: "x" }],
    ["dates as conditions", { path: "a", headers: { "if-modified-since": new Date(0).toUTCString() } }],
    ["lifecycle by tag", settings("lifecycle", rule("<Filter><Tag><Key>a</Key></Tag></Filter>"))],
    ["moving to other storage", settings("lifecycle", rule("<Filter/><Transition><Days>1</Days></Transition>"))],
    [
      "suspended versions",
      settings("versioning", "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>"),
    ],
  ])("refuses %s by name, and does not half work", async (_, request) => {
    await awsClient(world.s3).send(new PutObjectCommand({ Bucket: world.s3.bucket, Key, Body: "a" }));
    const { status, text } = await send(request);
    expect([status, text]).toEqual([501, expect.stringContaining("<Code>NotImplemented</Code>")]);
  });

  it.each(["x-amz-acl", "x-amz-tagging", "x-amz-storage-class", "x-amz-server-side-encryption", "x-amz-copy-source"])(
    "refuses the header %s, which changes what an upload means",
    async (name) => {
      const answer = await send({ method: "PUT", path: "a", headers: { [name]: "x" }, body: "a" });
      expect(answer).toMatchObject({ status: 400, text: expect.stringContaining(`Unsupported header '${name}'`) });
    },
  );

  it("refuses the client's own checksums as Backblaze B2 does", async () => {
    const client = awsClient(world.s3, { ...BY_DEFAULT });
    const upload = client.send(new PutObjectCommand({ Bucket: world.s3.bucket, Key, Body: "a" }));
    expect(await refusalOf(upload)).toEqual({ name: "InvalidArgument", status: 400 });
    const download = client.send(new GetObjectCommand({ Bucket: world.s3.bucket, Key }));
    expect(await refusalOf(download)).toEqual({ name: "InvalidArgument", status: 400 });
  });

  it("verifies them where it is told to, also behind an aws-chunked stream", async () => {
    const Bucket = aws.s3.bucket;
    const client = awsClient(aws.s3, { ...BY_DEFAULT });
    await client.send(new PutObjectCommand({ Bucket, Key, Body: "content" }));
    const Body = Readable.from([Buffer.from("con"), Buffer.from("tent")]);
    await client.send(new PutObjectCommand({ Bucket, Key: "b", Body, ContentLength: 7 }));
    for (const key of [Key, "b"]) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: key }));
      expect(await Body?.transformToString()).toBe("content");
    }
    const wrong = client.send(new PutObjectCommand({ Bucket, Key, Body: "content", ChecksumCRC32: "AAAAAA==" }));
    expect(await refusalOf(wrong)).toEqual({ name: "BadDigest", status: 400 });
  });

  it.each<[what: string, name: string, change: (request: { url: URL; headers: Headers }) => void]>([
    ["no date", "AccessDenied", ({ headers }) => headers.delete("x-amz-date")],
    ["an old date", "RequestTimeTooSkewed", ({ headers }) => headers.set("x-amz-date", "20200101T000000Z")],
    ["no digest of its body", "MissingSecurityHeader", ({ headers }) => headers.delete("x-amz-content-sha256")],
    ["another digest", "SignatureDoesNotMatch", ({ headers }) => headers.set("x-amz-content-sha256", sha256("other"))],
    ["an unsigned header", "AccessDenied", ({ headers }) => headers.set("x-amz-meta-mine", "1")],
    ["another query", "SignatureDoesNotMatch", ({ url }) => url.searchParams.set("versionId", "1")],
    [
      "no signature that could be one",
      "AuthorizationHeaderMalformed",
      ({ headers }) => headers.set("authorization", "AWS4"),
    ],
    [
      "a signature for another region",
      "AuthorizationHeaderMalformed",
      ({ headers }) => headers.set("authorization", (headers.get("authorization") ?? "").replace("us-east-1", "eu-x")),
    ],
  ])("refuses a request with %s", async (_, name, change) => {
    const method = name === "AccessDenied" ? "PUT" : "GET";
    const { status, text } = await send({ method, path: "a", ...(method === "PUT" ? { body: "a" } : {}) }, change);
    expect(text).toContain(`<Code>${name}</Code>`);
    expect([400, 403]).toContain(status);
  });

  it("refuses a body that is not the one that was signed", async () => {
    const headers = { "x-amz-content-sha256": sha256("signed") };
    const answer = await send({ method: "PUT", path: "a", headers, body: "other" });
    expect(answer.text).toContain("XAmzContentSHA256Mismatch");
  });

  it("decodes a body of signed chunks, and refuses one whose chunk was changed", async () => {
    const chunk = (data: string, signature: string) =>
      `${data.length.toString(16)};chunk-signature=${signature}\r\n${data}\r\n`;
    const upload = async (key: string, tamper: (body: string) => string) => {
      const { accessKey, secretKey, region, bucket, endPoint } = world.s3;
      const time = new Date().toISOString().replace(/[:-]|\.\d{3}/g, "");
      const scope = { date: time.slice(0, 8), region };
      const headers = new Headers({
        host: endPoint,
        "x-amz-date": time,
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "x-amz-decoded-content-length": "11",
      });
      const names = [...headers.keys()].sort();
      const url = new URL(`http://${endPoint}/${bucket}/${key}`);
      const canonical = canonicalRequest({ method: "PUT", url, headers }, names, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
      const signing = signingKey(secretKey, scope);
      const text = ["AWS4-HMAC-SHA256", time, `${scope.date}/${region}/s3/aws4_request`, sha256(canonical)].join("\n");
      const seed = createHmac("sha256", signing).update(text).digest("hex");
      const sign = (before: string, data: string) => chunkSignature(signing, time, scope, before, Buffer.from(data));
      const first = sign(seed, "hello ");
      const second = sign(first, "world");
      const body = `${chunk("hello ", first)}${chunk("world", second)}0;chunk-signature=${sign(second, "")}\r\n\r\n`;
      const credential = `${accessKey}/${scope.date}/${region}/s3/aws4_request`;
      headers.set(
        "authorization",
        `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(";")}, Signature=${seed}`,
      );
      headers.delete("host");
      return fetch(url, { method: "PUT", headers, body: tamper(body) });
    };
    expect((await upload("chunks", (body) => body)).status).toBe(200);
    expect((await send({ path: "chunks" })).text).toBe("hello world");
    expect((await upload("chunks", (body) => body.replace("world", "w0rld"))).status).toBe(403);
    expect((await upload("chunks", (body) => body.replace("world", "worl"))).status).toBe(403);
  });

  it("writes only what is not there yet when it is asked to", async () => {
    const client = awsClient(world.s3);
    const write = (IfNoneMatch: string) =>
      refusalOf(client.send(new PutObjectCommand({ Bucket: world.s3.bucket, Key: "once", Body: "a", IfNoneMatch })));
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => write("*")));
    expect(outcomes.filter(({ name }) => name === "nothing")).toHaveLength(1);
    expect(outcomes.filter(({ status }) => status === 412)).toHaveLength(7);
  });

  it("answers a browser's question by the rules of the bucket", async () => {
    const rules =
      "<CORSConfiguration><CORSRule><AllowedOrigin>https://*.example.com</AllowedOrigin><AllowedMethod>PUT</AllowedMethod>" +
      "<AllowedHeader>content-type</AllowedHeader><ExposeHeader>ETag</ExposeHeader></CORSRule></CORSConfiguration>";
    expect((await send(settings("cors", rules))).status).toBe(200);
    const ask = (origin: string, method: string, header: string) =>
      fetch(`http://${world.s3.endPoint}/${world.s3.bucket}/a`, {
        method: "OPTIONS",
        headers: { origin, "access-control-request-method": method, "access-control-request-headers": header },
      });
    const allowed = await ask("https://shop.example.com", "PUT", "content-type");
    expect(allowed.status).toBe(200);
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://shop.example.com");
    expect((await ask("https://evil.test", "PUT", "content-type")).status).toBe(403);
    expect((await ask("https://shop.example.com", "DELETE", "content-type")).status).toBe(403);
    expect((await ask("https://shop.example.com", "PUT", "x-other")).status).toBe(403);
    const headers = { origin: "https://shop.example.com" };
    const put = await send({ method: "PUT", path: "a", headers, body: "a" });
    expect(put.headers.get("access-control-expose-headers")).toBe("ETag");
  });

  it("keeps what it has over a restart and a kill", async () => {
    const client = awsClient(world.s3);
    await client.send(new PutObjectCommand({ Bucket: world.s3.bucket, Key: "kept", Body: "kept" }));
    await world.standIn.kill();
    await world.standIn.start();
    expect((await send({ path: "kept" })).text).toBe("kept");
    expect((await client.send(new ListBucketsCommand({}))).Buckets).toMatchObject([{ Name: world.s3.bucket }]);
  });
});

function settings(query: string, body: string): Sent {
  const md5 = createHash("md5").update(body).digest("base64");
  return { method: "PUT", query, headers: { "content-md5": md5 }, body };
}

function rule(inside: string): string {
  return `<LifecycleConfiguration><Rule><ID>a</ID><Status>Enabled</Status>${inside}<NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration></Rule></LifecycleConfiguration>`;
}
