import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { AwsV4Signer } from "aws4fetch";
import { UpstreamError } from "../errors.ts";
import type { S3Value } from "../resources.ts";
import { objectUrl } from "./address.ts";
import { readXml, textOf } from "./xml.ts";

/** The bucket, and how to reach it; tests pass a `fetch` of their own. */
export type StoragePorts = { s3: S3Value; fetch?: typeof globalThis.fetch };

export type S3Request = {
  method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** Without a key the request is about the bucket. */
  key?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
};

export type S3Answer = { headers: Headers; body: string };

const TIMEOUT_MS = 30_000;
const ATTEMPTS = 4;
const PAUSE_MS = 150;

/**
 * Sends a signed request and answers what came back with a 2xx status. A busy or unreachable store is asked again, up to
 * four times; every request of ours may be repeated. A body travels with its MD5, which S3 wants for settings and
 * deletions, and without the checksum headers that the AWS SDK adds by default, which Backblaze B2 refuses.
 * Throws Upstream with S3's word for it in `details.code`.
 */
export async function request({ s3, fetch = globalThis.fetch }: StoragePorts, asked: S3Request): Promise<S3Answer> {
  const { method, body } = asked;
  const url = objectUrl(s3, asked.key, asked.query);
  const headers = {
    ...asked.headers,
    "x-amz-content-sha256": createHash("sha256")
      .update(body ?? "")
      .digest("hex"),
    ...(body === undefined ? {} : { "content-md5": createHash("md5").update(body).digest("base64") }),
  };
  for (let attempt = 1; ; attempt++) {
    const signed = await new AwsV4Signer({ method, url: url.href, headers, ...credentials(s3) }).sign();
    const sent = fetch(signed.url, {
      method,
      headers: signed.headers,
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      ...(body === undefined ? {} : { body }),
    });
    const answer = await sent.then(refusalIn).catch(unreachable);
    if (!(answer instanceof UpstreamError)) return answer;
    if (!answer.retryable || attempt === ATTEMPTS) throw answer;
    await delay(PAUSE_MS * 2 ** attempt);
  }
}

/** What signatures are made of. */
export const credentials = ({ accessKey, secretKey, region }: S3Value) => ({
  accessKeyId: accessKey,
  secretAccessKey: secretKey,
  region,
  service: "s3",
});

/** S3's own word for a refusal, such as `NoSuchKey`; nothing for any other error. */
export const refusalCode = (error: unknown): string | undefined =>
  error instanceof UpstreamError && typeof error.details?.code === "string" ? error.details.code : undefined;

/** What the work answers, or nothing when the store refused it with one of these words. */
export async function unlessRefused<T>(codes: string[], work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (codes.includes(refusalCode(error) ?? "")) return undefined;
    throw error;
  }
}

async function refusalIn(answer: Response): Promise<S3Answer | UpstreamError> {
  const { status, ok, headers } = answer;
  const body = await answer.text();
  if (ok) return { headers, body };
  const code = codeOf(status, body);
  return new UpstreamError(`The object store refused a request (${status} ${code})`, {
    hint:
      status === 403
        ? "Check the keys of f/infra/storage and that they may read, write and configure the bucket."
        : "See https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html for what the code means.",
    retryable: status === 429 || status >= 500,
    details: { status, code },
  });
}

/** An answer to HEAD has no body, so its status has to do. */
function codeOf(status: number, body: string): string {
  if (body.includes("<Code>")) return textOf(readXml(body), "Code") ?? "";
  return { 403: "AccessDenied", 404: "NotFound", 412: "PreconditionFailed" }[status] ?? "NoCode";
}

/** Also for an answer that breaks off in the middle. */
function unreachable(error: Error): UpstreamError {
  if (error instanceof UpstreamError) return error;
  return new UpstreamError("The object store did not answer", {
    code: "upstream_unreachable",
    hint: "Check endPoint and useSSL of f/infra/storage and that the store can be reached from here.",
    retryable: true,
    cause: error.cause ?? error, // fetch wraps what the system said
  });
}
