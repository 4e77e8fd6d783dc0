import { UpstreamError } from "../errors.ts";

/** The one translation of Windmill's errors. Theirs carry the whole request, with the secret that was being stored. */
export async function asking<T>(action: string, path: string, request: () => PromiseLike<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    const { status } = error as { status?: unknown };
    const answered = typeof status === "number";
    throw new UpstreamError(
      answered ? `Windmill refused to ${action} ${path} (${status})` : `Windmill did not answer to ${action} ${path}`,
      {
        ...(answered ? {} : { code: "upstream_unreachable" as const }),
        hint: answered
          ? "Check that the job's user may write below that folder."
          : "Run the same call again once Windmill is back.",
        retryable: !answered || status >= 500,
        details: { path, ...(answered ? { status } : {}) },
      },
    );
  }
}
