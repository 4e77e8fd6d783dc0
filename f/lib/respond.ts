import { OperationError } from "./errors.ts";

/** What Windmill turns into an HTTP answer: status, headers and JSON body of a synchronous run. */
export type Answer<T = unknown> = {
  windmill_status_code: number;
  windmill_headers?: Record<string, string>;
  /** Only for an answer that is not JSON; `result` is then its text. */
  windmill_content_type?: string;
  result: T;
};

/** The body of every failed `f/api` call. `message` and `hint` never repeat what the caller sent. */
export type Problem = { error: { code: string; message: string; hint: string; details?: Record<string, unknown> } };

/**
 * Answers an app-facing call: the result as JSON with the given status, a typed error with its own status, anything
 * else as a 500 that withholds the message (it goes to the job's log, which only operators read).
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
    if (error instanceof OperationError) {
      const { code, message, hint, details } = error;
      const retryAfter = details?.retryAfterSeconds;
      return {
        windmill_status_code: error.status,
        windmill_headers: {
          ...options.headers,
          ...(typeof retryAfter === "number" ? { "retry-after": String(retryAfter) } : {}),
        },
        result: { error: { code, message, hint, ...(details ? { details } : {}) } },
      };
    }
    console.error(error);
    return {
      windmill_status_code: 500,
      ...headers,
      result: {
        error: {
          code: "internal",
          message: "The server could not answer this request",
          hint: "Try again; if it keeps failing, ask the operator to look at the job's log.",
        },
      },
    };
  }
}
