import { AwsV4Signer } from "aws4fetch";
import type { S3Value } from "../resources.ts";
import { objectUrl } from "./address.ts";
import { credentials, type S3Request } from "./client.ts";

export type Presigned = { method: S3Request["method"]; url: string; expiresAt: string };

/**
 * A URL that lets whoever has it send exactly this request until its time is over: method, path, query and each of the
 * headers are signed, so the store refuses any other. No network is needed.
 */
export async function presign(
  s3: S3Value,
  { method, key = "", query = {}, headers = {} }: Omit<S3Request, "body">,
  { expiresSeconds, now = new Date() }: { expiresSeconds: number; now?: Date },
): Promise<Presigned> {
  const url = objectUrl(s3, key, { ...query, "X-Amz-Expires": String(expiresSeconds) });
  const datetime = now.toISOString().replace(/[:-]|\.\d{3}/g, "");
  // allHeaders: of itself the signer leaves out the size and the type, the two that matter most here.
  const options = { signQuery: true, allHeaders: true, datetime, ...credentials(s3) };
  const signed = await new AwsV4Signer({ method, url: url.href, headers, ...options }).sign();
  const started = Math.floor(now.getTime() / 1000) * 1000; // the signature knows whole seconds
  return { method, url: signed.url.href, expiresAt: new Date(started + expiresSeconds * 1000).toISOString() };
}
