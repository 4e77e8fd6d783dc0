import { NotFoundError, TooLargeError, UpstreamError } from "../errors.ts";
import type { StoragePorts } from "./client.ts";
import { presign } from "./presign.ts";

const TIMEOUT_MS = 60_000;

/** A file with its content. Throws NotFound, TooLarge, Upstream. */
export async function readFile(
  { s3, fetch = globalThis.fetch }: StoragePorts,
  { key, maxBytes }: { key: string; maxBytes: number },
): Promise<{ bytes: Uint8Array; mediaType: string | undefined }> {
  const { url } = await presign(s3, { method: "GET", key }, { expiresSeconds: 300 });
  const answer = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(unreachable);
  if (answer.status === 404)
    throw new NotFoundError("The file is not there any more", { hint: "List the files again." });
  if (!answer.ok || !answer.body) throw refused(answer.status);
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = answer.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch(unreachable);
    if (done) break;
    size += value.byteLength;
    if (size > maxBytes) {
      await reader.cancel();
      throw new TooLargeError(`The file has more than ${maxBytes} bytes`, { hint: "Split it, or leave it out." });
    }
    parts.push(value);
  }
  return { bytes: Buffer.concat(parts), mediaType: answer.headers.get("content-type") ?? undefined };
}

const refused = (status: number): UpstreamError =>
  new UpstreamError(`The object store refused to give out a file (${status})`, {
    hint: "Check the keys of f/infra/storage and that they may read the bucket.",
    retryable: status === 429 || status >= 500,
    details: { status },
  });

function unreachable(cause: unknown): never {
  throw new UpstreamError("The object store did not answer", {
    code: "upstream_unreachable",
    hint: "Check endPoint and useSSL of f/infra/storage and that the store can be reached from here.",
    retryable: true,
    cause: (cause as Error).cause ?? cause, // fetch wraps what the system said
  });
}
