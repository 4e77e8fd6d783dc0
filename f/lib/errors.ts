/**
 * Every error a caller can see. Windmill publishes each own property of a thrown error in the job's result,
 * so nothing secret may ever be put on one: describe a rejected value, never repeat it.
 */

/** Stable words a program may branch on. A new failure reuses one of these unless a caller must tell it apart. */
export type ErrorCode =
  | "invalid_input" // 400: an argument breaks a documented limit
  | "unauthorized" // 401: no credential, or one that is not known
  | "forbidden" // 403: a known caller who may not do this
  | "not_found" // 404: the named thing does not exist
  | "conflict" // 409: the name is taken, or belongs to another project
  | "card_declined" // 409: the bank refuses the payment
  | "locked" // 409: another caller holds the lease of this project or site
  | "precondition_failed" // 412: the world is not as the caller said (stale plan, missing confirm)
  | "too_large" // 413: more bytes, files or rows than the documented limit
  | "unsupported_type" // 415: a content type that the route does not read
  | "rate_limited" // 429: too many requests; see details.retryAfterSeconds
  | "upstream_failed" // 502: a service we depend on answered with an error
  | "upstream_unreachable" // 502: a service we depend on did not answer at all
  | "timed_out"; // 504: our own deadline passed

export type ErrorOptions = {
  /** One imperative sentence that says what to do next. */
  hint: string;
  code?: ErrorCode;
  retryable?: boolean;
  /** Plain, non-secret facts: names, limits, counts. */
  details?: Record<string, unknown>;
  /** The error that led here; kept as name, code and message only. */
  cause?: unknown;
};

/** The base of all typed errors: `status` is the HTTP status `f/api` answers with. */
export class OperationError extends Error {
  override name = "OperationError";
  readonly code: ErrorCode;
  readonly status: number;
  readonly hint: string;
  readonly retryable: boolean;
  readonly details?: Record<string, unknown>;

  constructor(message: string, status: number, code: ErrorCode, options: ErrorOptions) {
    super(message);
    this.code = options.code ?? code;
    this.status = status;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
    if (options.details) this.details = options.details;
    if (options.cause !== undefined) this.cause = summarizeCause(options.cause);
  }
}

export class InvalidInputError extends OperationError {
  override name = "InvalidInputError";
  constructor(message: string, options: ErrorOptions) {
    super(message, 400, "invalid_input", options);
  }
}

export class UnauthorizedError extends OperationError {
  override name = "UnauthorizedError";
  constructor(message: string, options: ErrorOptions) {
    super(message, 401, "unauthorized", options);
  }
}

export class ForbiddenError extends OperationError {
  override name = "ForbiddenError";
  constructor(message: string, options: ErrorOptions) {
    super(message, 403, "forbidden", options);
  }
}

export class NotFoundError extends OperationError {
  override name = "NotFoundError";
  constructor(message: string, options: ErrorOptions) {
    super(message, 404, "not_found", options);
  }
}

export class ConflictError extends OperationError {
  override name = "ConflictError";
  constructor(message: string, options: ErrorOptions) {
    super(message, 409, "conflict", options);
  }
}

export class PreconditionError extends OperationError {
  override name = "PreconditionError";
  constructor(message: string, options: ErrorOptions) {
    super(message, 412, "precondition_failed", options);
  }
}

export class TooLargeError extends OperationError {
  override name = "TooLargeError";
  constructor(message: string, options: ErrorOptions) {
    super(message, 413, "too_large", options);
  }
}

export class UnsupportedTypeError extends OperationError {
  override name = "UnsupportedTypeError";
  constructor(message: string, options: ErrorOptions) {
    super(message, 415, "unsupported_type", options);
  }
}

export class RateLimitedError extends OperationError {
  override name = "RateLimitedError";
  constructor(message: string, options: ErrorOptions) {
    super(message, 429, "rate_limited", { retryable: true, ...options });
  }
}

export class UpstreamError extends OperationError {
  override name = "UpstreamError";
  constructor(message: string, options: ErrorOptions) {
    super(message, 502, "upstream_failed", options);
  }
}

export class TimeoutError extends OperationError {
  override name = "TimeoutError";
  constructor(message: string, options: ErrorOptions) {
    super(message, 504, "timed_out", { retryable: true, ...options });
  }
}

/** What may be published of an underlying error: no stack, no request, no connection string. */
function summarizeCause(cause: unknown): { name: string; code?: string; message: string } {
  if (!(cause instanceof Error)) return { name: "Unknown", message: "not an Error" };
  const code = (cause as { code?: unknown }).code;
  return { name: cause.name, ...(typeof code === "string" ? { code } : {}), message: redact(cause.message) };
}

/** Takes credentials in URLs, `password=`-like pairs and bearer tokens out of a text that a library wrote. */
export function redact(text: string): string {
  const value = /"(?:[^"\\]|\\.)*"|'[^']*'|(?:(?:bearer|basic)\s+)?[^\s"',;&]+/.source;
  const pair = /\b(password|passwd|pwd|secret|token|api[_-]?key|authorization)(["']?\s*[:=]\s*)/.source;
  return text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, "$1***@")
    .replace(new RegExp(`${pair}(?:${value})`, "gi"), "$1$2***")
    .replace(/\b(bearer)\s+[\w.~+/=-]+/gi, "$1 ***");
}
