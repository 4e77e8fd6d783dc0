import { createHash, randomBytes } from "node:crypto";
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll } from "vitest";
import type { S3Value } from "../../f/lib/resources.ts";
import { startStandIn } from "./stand_in.ts";

type StandIn = Awaited<ReturnType<typeof startStandIn>>;

const KEYS = { accessKey: "test-access-key", secretKey: "test-secret-key" };

/** A stand-in of the test file's own; `checksums: "verify"` takes checksum headers as AWS does, B2 refuses them. */
export function standInS3({ checksums = "refuse" }: { checksums?: "refuse" | "verify" } = {}) {
  const holder = {} as { standIn: StandIn; s3: S3Value };
  beforeAll(async () => {
    const env = {
      RUN8N_S3_ACCESS_KEY: KEYS.accessKey,
      RUN8N_S3_SECRET_KEY: KEYS.secretKey,
      RUN8N_S3_CHECKSUMS: checksums,
    };
    holder.standIn = await startStandIn({ service: "s3", healthPath: "/health", env });
    holder.s3 = s3At(holder.standIn.port);
  });
  afterAll(() => holder.standIn?.remove());
  return holder;
}

export const uniqueBucket = (): string => `test-${randomBytes(6).toString("hex")}`;

const s3At = (port: number): S3Value => ({
  bucket: uniqueBucket(),
  region: "us-east-1",
  endPoint: `127.0.0.1:${port}`,
  useSSL: false,
  pathStyle: true,
  ...KEYS,
});

/**
 * What contract tests speak to: the real S3 of RUN8N_TEST_S3_URL, with its keys and region beside it
 * (RUN8N_TEST_S3_ACCESS_KEY, RUN8N_TEST_S3_SECRET_KEY, RUN8N_TEST_S3_REGION), or a stand-in.
 */
export function contractS3() {
  const { RUN8N_TEST_S3_URL: url, RUN8N_TEST_S3_REGION: region = "us-east-1" } = process.env;
  const { RUN8N_TEST_S3_ACCESS_KEY: accessKey = "", RUN8N_TEST_S3_SECRET_KEY: secretKey = "" } = process.env;
  if (!url) return standInS3();
  const { host, protocol } = new URL(url);
  const useSSL = protocol === "https:";
  return { s3: { bucket: uniqueBucket(), region, endPoint: host, useSSL, pathStyle: true, accessKey, secretKey } };
}

/**
 * The official client as it must be set up for B2. What S3 wants a checksum for gets an MD5 in place of the CRC that the
 * client would send, which is the way its own documentation gives for stores that know no other.
 */
export function awsClient(s3: S3Value, options: ConstructorParameters<typeof S3Client>[0] = {}): S3Client {
  const client = new S3Client({
    endpoint: `${s3.useSSL === false ? "http" : "https"}://${s3.endPoint}`,
    region: s3.region,
    forcePathStyle: true,
    credentials: { accessKeyId: s3.accessKey, secretAccessKey: s3.secretKey },
    maxAttempts: 1,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    ...options,
  });
  if (options?.requestChecksumCalculation) return client;
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { headers: Record<string, string>; body?: string };
      const checksums = Object.keys(request.headers).filter((name) => /^x-amz-(checksum|sdk-checksum)/i.test(name));
      for (const name of checksums) delete request.headers[name];
      if (checksums.length > 0) {
        request.headers["content-md5"] = createHash("md5")
          .update(request.body ?? "")
          .digest("base64");
      }
      return next(args);
    },
    { step: "build", priority: "low", name: "md5InPlaceOfCrc" },
  );
  return client;
}

/** What S3 refused, by its own name for it. */
export const refusalOf = (call: Promise<unknown>): Promise<{ name: string; status: number | undefined }> =>
  call.then(
    () => ({ name: "nothing", status: undefined }),
    (error) => ({ name: error.name as string, status: error.$metadata?.httpStatusCode as number | undefined }),
  );

/** A bucket with versions for a contract test, emptied and gone afterwards: a real store must not keep what tests make. */
export function contractBucket() {
  const world = contractS3();
  const holder = {
    client: undefined as unknown as S3Client,
    s3: () => world.s3,
    bucket: () => world.s3.bucket,
    /** A key that nothing else has. */
    key: () => `files/${randomBytes(4).toString("hex")}`,
    put: (Key: string, Body: string | Buffer = "content", more: Partial<PutObjectCommandInput> = {}) =>
      holder.client.send(new PutObjectCommand({ Bucket: world.s3.bucket, Key, Body, ...more })),
    async get(Key: string, more: Partial<GetObjectCommandInput> = {}) {
      const answer = await holder.client.send(new GetObjectCommand({ Bucket: world.s3.bucket, Key, ...more }));
      return { ...answer, text: (await answer.Body?.transformToString()) ?? "" };
    },
  };
  beforeAll(async () => {
    holder.client = awsClient(world.s3);
    const Bucket = world.s3.bucket;
    await holder.client.send(new CreateBucketCommand({ Bucket }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await holder.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  });
  afterAll(() => dropBucket(holder.client, world.s3.bucket));
  return holder;
}

/** Deletes a bucket with all that is in it. */
export async function dropBucket(client: S3Client, Bucket: string): Promise<void> {
  const { Versions = [], DeleteMarkers = [] } = await client.send(new ListObjectVersionsCommand({ Bucket }));
  for (const { Key, VersionId } of [...Versions, ...DeleteMarkers]) {
    await client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
  }
  await client.send(new DeleteBucketCommand({ Bucket }));
}
