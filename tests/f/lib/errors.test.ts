import { describe, expect, it } from "vitest";
import {
  ConflictError,
  ForbiddenError,
  InvalidInputError,
  NotFoundError,
  OperationError,
  PreconditionError,
  RateLimitedError,
  redact,
  TimeoutError,
  TooLargeError,
  UnauthorizedError,
  UnsupportedTypeError,
  UpstreamError,
} from "../../../f/lib/errors.ts";

/** What Windmill publishes of a thrown error: name, message and every own property. */
const published = (error: Error) =>
  JSON.stringify({ ...error, name: error.name, message: error.message, cause: error.cause });

describe("typed errors", () => {
  for (const [Failure, status, code, retryable] of [
    [InvalidInputError, 400, "invalid_input", false],
    [UnauthorizedError, 401, "unauthorized", false],
    [ForbiddenError, 403, "forbidden", false],
    [NotFoundError, 404, "not_found", false],
    [ConflictError, 409, "conflict", false],
    [PreconditionError, 412, "precondition_failed", false],
    [TooLargeError, 413, "too_large", false],
    [UnsupportedTypeError, 415, "unsupported_type", false],
    [RateLimitedError, 429, "rate_limited", true],
    [UpstreamError, 502, "upstream_failed", false],
    [TimeoutError, 504, "timed_out", true],
  ] as const) {
    it(`${Failure.name} answers ${status} ${code}`, () => {
      const error = new Failure("What broke", { hint: "Do this." });
      const { name } = Failure;
      expect(error).toBeInstanceOf(OperationError);
      expect(error).toMatchObject({ name, status, code, retryable, message: "What broke", hint: "Do this." });
      expect(error.details).toBeUndefined();
      expect(error.cause).toBeUndefined();
    });
  }

  it("lets a caller tell one failure of a kind apart", () => {
    const error = new ConflictError("Held", {
      hint: "Wait.",
      code: "locked",
      retryable: true,
      details: { by: "x" },
    });
    expect(error).toMatchObject({ status: 409, code: "locked", retryable: true, details: { by: "x" } });
  });

  it("keeps of a cause its name, code and message, and nothing that hangs on it", () => {
    const cause = Object.assign(new TypeError("no route to postgres://shop:hunter2@db/x"), {
      code: "EHOSTUNREACH",
      request: { headers: { authorization: "Bearer hunter2" } },
    });
    const error = new UpstreamError("Unreachable", { hint: "Check.", cause });
    expect(error.cause).toEqual({
      name: "TypeError",
      code: "EHOSTUNREACH",
      message: "no route to postgres://***@db/x",
    });
    expect(published(error)).not.toContain("hunter2");
  });

  it.each(["hunter2", 7, null, { password: "hunter2" }])("keeps nothing of a cause that is no Error: %j", (cause) => {
    const error = new UpstreamError("Failed", { hint: "Check.", cause });
    expect(error.cause).toEqual({ name: "Unknown", message: "not an Error" });
  });
});

describe("redact", () => {
  it.each([
    ["redis://:hunter2@127.0.0.1:6379", "redis://***@127.0.0.1:6379"],
    ["postgresql://u:hunter2@h/d and https://x:hunter2@y", "postgresql://***@h/d and https://***@y"],
    ["password=hunter2 host=x", "password=*** host=x"],
    ['{"password":"hun ter2\\"","host":"x"}', '{"password":***,"host":"x"}'],
    ["api_key: hunter2, apikey=hunter2", "api_key: ***, apikey=***"],
    ["PWD = 'hunter 2' x", "PWD = *** x"],
    ["token=hunter2&x=1", "token=***&x=1"],
    ["Authorization: Bearer hunter2", "Authorization: ***"],
    ["authorization: basic aHVudGVyMg==, host: x", "authorization: ***, host: x"],
    ["the header Bearer hunter2.a-b_c was refused", "the header Bearer *** was refused"],
    ["nothing secret here", "nothing secret here"],
  ])("makes of %s: %s", (text, expected) => expect(redact(text)).toBe(expected));
});
