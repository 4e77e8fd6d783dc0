import {
  DeleteBucketCorsCommand,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  PutBucketAclCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { provideBucket } from "../../../../f/lib/storage/bucket.ts";
import { awsClient, standInS3, uniqueBucket } from "../../../support/s3.ts";

const world = standInS3();
const rules = { origins: ["https://*.apps.example.com", "https://shop.example"], keepDeletedDays: 30 };
const fresh = () => ({ s3: { ...world.s3, bucket: uniqueBucket() } });

describe("provideBucket", () => {
  it("makes a private bucket with versions, rules and origins, once", async () => {
    const ports = fresh();
    const { bucket: Bucket } = ports.s3;
    expect(await provideBucket(ports, rules)).toEqual({
      bucket: Bucket,
      ...rules,
      changed: ["bucket", "versions", "lifecycle", "cors"],
      status: "created",
    });
    expect(await provideBucket(ports, rules)).toMatchObject({ changed: [], status: "unchanged" });
    const client = awsClient(ports.s3);
    expect((await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules).toMatchObject([
      {
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 },
      },
    ]);
    expect((await client.send(new GetBucketCorsCommand({ Bucket }))).CORSRules).toMatchObject([
      { AllowedOrigins: rules.origins, AllowedMethods: ["GET", "HEAD", "POST", "PUT"], ExposeHeaders: ["ETag"] },
    ]);
  });

  it.each<
    [what: string, changed: string, drift: (client: ReturnType<typeof awsClient>, Bucket: string) => Promise<unknown>]
  >([
    [
      "a bucket that was opened",
      "private",
      (s3, Bucket) => s3.send(new PutBucketAclCommand({ Bucket, ACL: "public-read" })),
    ],
    ["rules that were removed", "cors", (s3, Bucket) => s3.send(new DeleteBucketCorsCommand({ Bucket }))],
  ])("puts %s right, and nothing else", async (_, changed, drift) => {
    const ports = fresh();
    await provideBucket(ports, rules);
    await drift(awsClient(ports.s3), ports.s3.bucket);
    expect(await provideBucket(ports, rules)).toMatchObject({ changed: [changed], status: "updated" });
    expect(await provideBucket(ports, rules)).toMatchObject({ status: "unchanged" });
  });

  it("takes over other rules when it is asked for them", async () => {
    const ports = fresh();
    await provideBucket(ports, rules);
    const other = { origins: ["https://shop.example"], keepDeletedDays: 7 };
    expect(await provideBucket(ports, other)).toMatchObject({ changed: ["lifecycle", "cors"], status: "updated" });
  });

  it("is made once by callers at once", async () => {
    const ports = fresh();
    const results = await Promise.all(Array.from({ length: 6 }, () => provideBucket(ports, rules)));
    expect(results.filter(({ status }) => status === "created")).toHaveLength(1);
    expect(await provideBucket(ports, rules)).toMatchObject({ status: "unchanged" });
  });

  it.each<[what: string, other: Partial<typeof rules>]>([
    ["an origin without a scheme", { origins: ["shop.example"] }],
    ["every origin", { origins: ["*"] }],
    ["an origin with a path", { origins: ["https://shop.example/a"] }],
    ["an origin with XML", { origins: ["https://a</AllowedOrigin>"] }],
    ["no days", { keepDeletedDays: 0 }],
    ["half a day", { keepDeletedDays: 0.5 }],
  ])("refuses %s before it asks the store", async (_, other) => {
    const fetch = () => Promise.reject(new Error("asked"));
    const asked = provideBucket({ ...fresh(), fetch: fetch as never }, { ...rules, ...other });
    await expect(asked).rejects.toMatchObject({ code: "invalid_input" });
  });
});
