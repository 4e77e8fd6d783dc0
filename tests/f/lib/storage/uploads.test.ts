import { CreateBucketCommand, GetObjectCommand, PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, it } from "vitest";
import { presignDownload } from "../../../../f/lib/storage/downloads.ts";
import { storageFor } from "../../../../f/lib/storage/project.ts";
import { type NewFile, presignUpload } from "../../../../f/lib/storage/uploads.ts";
import { awsClient, standInS3 } from "../../../support/s3.ts";

const world = standInS3();
const userId = "0b0f1c2e-0000-4000-8000-000000000001";
const storage = storageFor("shop", { maxBytes: 200 * 1024 * 1024, types: ["image/*", "application/pdf"] });
const PNG = { name: "photo.png", type: "image/png" };
let client: ReturnType<typeof awsClient>;
beforeAll(async () => {
  client = awsClient(world.s3);
  const Bucket = world.s3.bucket;
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
});

const upload = (file: NewFile, scope = "own", now?: Date) =>
  presignUpload({ s3: world.s3, now }, storage, { scope, userId, ...file });
async function single(file: NewFile, scope = "own") {
  const made = await upload(file, scope);
  if (made.kind !== "single") throw new Error("in parts");
  return made;
}
const put = (url: string, body: BodyInit, headers: Record<string, string>) =>
  fetch(url, { method: "PUT", body, headers }).then(({ status }) => status);

describe("presignUpload", () => {
  it("lets a page send the file it named, which is then downloaded as an attachment of that name", async () => {
    const { id, url, headers } = await single({ name: "Ein Bild (1) 'ü'.png", type: "image/png", sizeBytes: 5 });
    expect(await put(url, "hello", headers)).toBe(200);
    const read = await presignDownload({ s3: world.s3 }, storage, { scope: "own", userId, id });
    const answer = await fetch(read.url);
    expect([answer.status, await answer.text()]).toEqual([200, "hello"]);
    expect(answer.headers.get("content-type")).toBe("image/png");
    expect(answer.headers.get("content-disposition")).toBe(
      "attachment;filename*=UTF-8''Ein%20Bild%20%281%29%20%27%C3%BC%27.png",
    );
  });

  it.each<[what: string, body: string, change: Record<string, string>]>([
    ["a larger file", "hello!", {}],
    ["a smaller file", "hell", {}],
    ["another type", "hello", { "content-type": "text/html" }],
    ["another name", "hello", { "content-disposition": "inline" }],
    ["a header that means something to S3", "hello", { "x-amz-acl": "public-read" }],
  ])("has the store refuse %s", async (_, body, change) => {
    const { url, headers } = await single({ ...PNG, sizeBytes: 5 });
    expect(await put(url, body, { ...headers, ...change })).toBe(change["x-amz-acl"] ? 400 : 403);
  });

  it("keeps each scope in a folder of its own below the project's prefix, which no URL can leave", async () => {
    const organization = "11111111-2222-4333-8444-555555555555";
    const folders = { own: `users/${userId}`, everyone: "everyone", [organization]: `organizations/${organization}` };
    for (const [scope, folder] of Object.entries(folders)) {
      const { id, url, headers } = await single({ ...PNG, sizeBytes: 1 }, scope);
      expect(new URL(url).pathname).toBe(`/${world.s3.bucket}/shop/${folder}/${id}`);
      for (const path of [`/${world.s3.bucket}/other/${id}`, `/${world.s3.bucket}/shop/x/../../other/${id}`]) {
        const elsewhere = new URL(url);
        elsewhere.pathname = path;
        expect(await put(elsewhere.href, "x", headers)).toBe(403);
      }
      expect(await put(url, "x", headers)).toBe(200);
    }
  });

  it("ends after a quarter of an hour", async () => {
    const made = await upload({ ...PNG, sizeBytes: 1 }, "own", new Date(Date.now() - 901_000));
    expect(new Date(made.expiresAt).getTime()).toBeLessThan(Date.now());
    expect(made.kind === "single" && (await put(made.url, "x", made.headers))).toBe(403);
  });

  it("lets a large file go in parts of exactly their sizes", async () => {
    const sizeBytes = 65 * 1024 * 1024;
    const made = await upload({ ...PNG, sizeBytes });
    if (made.kind !== "multipart") throw new Error("in one piece");
    const MiB = 1024 * 1024;
    expect(made.parts.map((part) => part.sizeBytes)).toEqual([16 * MiB, 16 * MiB, 16 * MiB, 16 * MiB, 1 * MiB]);
    const first = made.parts[0]!;
    expect(await put(first.url, new Uint8Array(first.sizeBytes - 1), {})).toBe(403);
    const etags: string[] = [];
    for (const { url, sizeBytes: size, method } of made.parts) {
      const answer = await fetch(url, { method, body: new Uint8Array(size) });
      expect(answer.status).toBe(200);
      etags.push(answer.headers.get("etag") ?? "");
    }
    const parts = etags.map((etag, at) => `<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`);
    const body = `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
    expect((await fetch(made.complete.url, { method: made.complete.method, body })).status).toBe(200);
    const Key = `shop/users/${userId}/${made.id}`;
    const read = await client.send(new GetObjectCommand({ Bucket: world.s3.bucket, Key }));
    expect(read).toMatchObject({ ContentLength: sizeBytes, ContentType: "image/png" });
    expect((await fetch(made.abort.url, { method: made.abort.method })).status).toBe(404);
  });

  it("gives up an upload in parts when it is told to", async () => {
    const made = await upload({ ...PNG, sizeBytes: 70 * 1024 * 1024 });
    if (made.kind !== "multipart") throw new Error("in one piece");
    expect((await fetch(made.abort.url, { method: made.abort.method })).status).toBe(204);
    expect((await fetch(made.parts[0]!.url, { method: "PUT", body: new Uint8Array(16 * 1024 * 1024) })).status).toBe(
      404,
    );
  });

  it("never needs more than a thousand parts", async () => {
    const large = storageFor("shop", { maxBytes: 50 * 1024 ** 3, types: ["image/*"] });
    const file = { ...PNG, scope: "own", userId, sizeBytes: 50 * 1024 ** 3 };
    const made = await presignUpload({ s3: world.s3 }, large, file);
    expect(made.kind === "multipart" && made.parts.length).toBeLessThanOrEqual(1000);
    expect(made.kind === "multipart" && made.parts.reduce((sum, part) => sum + part.sizeBytes, 0)).toBe(50 * 1024 ** 3);
  });

  it.each<[what: string, file: NewFile, code: string]>([
    ["no size", PNG, "invalid_input"],
    ["an empty file", { ...PNG, sizeBytes: 0 }, "invalid_input"],
    ["half a byte", { ...PNG, sizeBytes: 1.5 }, "invalid_input"],
    ["a size in words", { ...PNG, sizeBytes: "5" }, "invalid_input"],
    ["more than the project takes", { ...PNG, sizeBytes: 200 * 1024 * 1024 + 1 }, "too_large"],
    ["no type", { name: "a", sizeBytes: 1 }, "invalid_input"],
    ["a type that is none", { name: "a", type: "image/png; charset=x", sizeBytes: 1 }, "invalid_input"],
    ["a pattern as a type", { name: "a", type: "image/*", sizeBytes: 1 }, "invalid_input"],
    ["a type in capitals", { name: "a", type: "IMAGE/PNG", sizeBytes: 1 }, "invalid_input"],
    ["a page", { name: "a.html", type: "text/html", sizeBytes: 1 }, "unsupported_type"],
    ["a name with a path", { ...PNG, name: "../a.png", sizeBytes: 1 }, "invalid_input"],
    ["a name with a line break", { ...PNG, name: "a\r\nx-amz-acl: public", sizeBytes: 1 }, "invalid_input"],
    ["a name without end", { ...PNG, name: "a".repeat(121), sizeBytes: 1 }, "invalid_input"],
  ])("refuses %s", async (_, file, code) => {
    const failure = await upload(file).catch((error) => error);
    expect(failure).toMatchObject({ code });
    expect(failure.message).not.toContain("x-amz-acl");
  });
});

describe("presignDownload", () => {
  it.each(["", "..", "a/b", "%2e%2e", "0b0f1c2e-0000-4000-8000-00000000000", "*"])("knows no file %j", async (id) => {
    const asked = presignDownload({ s3: world.s3 }, storage, { scope: "own", userId, id });
    await expect(asked).rejects.toMatchObject({ code: "not_found" });
  });

  it("does not read what another user keeps", async () => {
    const { id, url, headers } = await single({ ...PNG, sizeBytes: 1 });
    await put(url, "x", headers);
    const other = { scope: "own", userId: "0b0f1c2e-0000-4000-8000-000000000002", id };
    const read = await presignDownload({ s3: world.s3 }, storage, other);
    expect((await fetch(read.url)).status).toBe(404);
  });
});
