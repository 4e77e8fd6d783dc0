import { UpstreamError } from "../errors.ts";

/** The version of the Windmill that runs this job, such as `CE v1.713.1`. Throws Upstream when it does not answer. */
export async function windmillVersion(fetch: typeof globalThis.fetch = globalThis.fetch): Promise<string> {
  const baseUrl = process.env.BASE_INTERNAL_URL || process.env.BASE_URL || "http://localhost:8000";
  const answer = await fetch(`${baseUrl}/api/version`).catch((error: unknown) => {
    throw failed("did not answer", (error as Error).cause ?? error); // fetch wraps what the system said
  });
  if (!answer.ok) throw failed(`answered with status ${answer.status}`);
  return answer.text();
}

const failed = (what: string, cause?: unknown): UpstreamError =>
  new UpstreamError(`Windmill ${what} when asked for its version`, {
    code: "upstream_unreachable",
    hint: "Check that the server runs and that the worker's BASE_URL leads to it.",
    retryable: true,
    cause,
  });
