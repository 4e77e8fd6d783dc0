import { OperationError } from "./errors.ts";

/** What Windmill turns into an HTTP answer: status, headers and JSON body of a synchronous run. */
export type Answer<T = unknown> = {
  windmill_status_code: number;
  windmill_headers?: Record<string, string>;
  /** Only for an answer that is not JSON; `result` is then its text. */
  windmill_content_type?: string;
  /** Windmill counts the run as failed and calls the workspace's error handler; the answer stays as it is. */
  wm_failure?: string;
  result: T;
};

/** The body of every failed `f/api` call. `message` and `hint` never repeat what the caller sent. */
export type Problem = { error: { code: string; message: string; hint: string; details?: Record<string, unknown> } };

/**
 * Answers an app-facing call: the result as JSON with the given status, a typed error with its own status, anything
 * else as a 500 that withholds the message (it goes to the job's log, which only operators read). From 500 on the run
 * counts as failed; a caller's own mistake (4xx) is no failure of ours and wakes nobody.
 */
export async function respond<T>(
  work: () => Promise<T>,
  options: { status?: number; headers?: Record<string, string> } = {},
): Promise<Answer<T | Problem>> {
  const headers = options.headers ? { windmill_headers: options.headers } : {};
  try {
    const result = await work();
    return { windmill_status_code: options.status ?? 200, ...headers, result };
  } catch (error) {
    if (!(error instanceof OperationError)) console.error(error);
    const { status, retryAfter, problem } = error instanceof OperationError ? told(error) : WITHHELD;
    return {
      windmill_status_code: status,
      ...(retryAfter ? { windmill_headers: { ...options.headers, "retry-after": retryAfter } } : headers),
      ...(status >= 500 ? { wm_failure: problem.error.code } : {}),
      result: problem,
    };
  }
}

type Failure = { status: number; retryAfter?: string; problem: Problem };

function told({ status, code, message, hint, details }: OperationError): Failure {
  const seconds = details?.retryAfterSeconds;
  return {
    status,
    ...(typeof seconds === "number" ? { retryAfter: String(seconds) } : {}),
    problem: { error: { code, message, hint, ...(details ? { details } : {}) } },
  };
}

const WITHHELD: Failure = {
  status: 500,
  problem: {
    error: {
      code: "internal",
      message: "The server could not answer this request",
      hint: "Try again; if it keeps failing, ask the operator to look at the job's log.",
    },
  },
};
