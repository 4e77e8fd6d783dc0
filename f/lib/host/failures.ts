import { ConflictError, NotFoundError, OperationError, UpstreamError } from "../errors.ts";

/** Does one thing on a site host; a failure becomes a typed error that says which thing. */
export async function attempt<T>(action: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw toHostError(action, cause);
  }
}

/** The same for reading: what is not there is no failure but the given value. */
export const attemptOr = <T>(action: string, absent: T, work: () => Promise<T>): Promise<T> =>
  attempt(action, () =>
    work().catch((cause: unknown) => {
      if (isMissing(cause)) return absent;
      throw cause;
    }),
  );

/** True for "no such file or folder", as Node (ENOENT) and SFTP (2) say it. */
export const isMissing = (cause: unknown): boolean =>
  ["ENOENT", "ENOTDIR", 2].includes((cause as { code?: string | number }).code ?? "");

/** The one translation of what a file system refuses, over either transport. */
function toHostError(action: string, cause: unknown): OperationError {
  if (cause instanceof OperationError) return cause;
  const { code } = cause as { code?: unknown };
  if (isMissing(cause)) {
    return new NotFoundError(`The site host could not ${action}: there is no such file or folder`, {
      hint: "Call again; another call may have changed it meanwhile.",
      cause,
    });
  }
  if (code === "EEXIST" || code === "ENOTEMPTY") {
    return new ConflictError(`The site host could not ${action}: it exists already`, {
      hint: "Call again; another call may have changed it meanwhile.",
      retryable: true,
      cause,
    });
  }
  return new UpstreamError(`The site host could not ${action}`, {
    hint: "Check that the account of f/infra/site_host may write below its root and that its disk is not full.",
    details: typeof code === "string" || typeof code === "number" ? { code } : {},
    cause,
  });
}
