import { afterEach, describe, expect, it, vi } from "vitest";
import { NotFoundError, RateLimitedError, TimeoutError } from "../../../f/lib/errors.ts";
import { respond } from "../../../f/lib/respond.ts";

afterEach(() => vi.restoreAllMocks());

describe("respond", () => {
  it("answers the result with 200, or with what the route says", async () => {
    expect(await respond(async () => ({ id: 1 }))).toEqual({ windmill_status_code: 200, result: { id: 1 } });
    expect(await respond(async () => null, { status: 201, headers: { "x-a": "b" } })).toEqual({
      windmill_status_code: 201,
      windmill_headers: { "x-a": "b" },
      result: null,
    });
  });

  it("answers a typed error with its status, code, message, hint and details", async () => {
    const failing = async () => {
      throw new NotFoundError("There is no such thing", { hint: "Look elsewhere.", details: { id: 1 } });
    };
    expect(await respond(failing, { headers: { "x-a": "b" } })).toEqual({
      windmill_status_code: 404,
      windmill_headers: { "x-a": "b" },
      result: {
        error: { code: "not_found", message: "There is no such thing", hint: "Look elsewhere.", details: { id: 1 } },
      },
    });
  });

  it.each([
    [new NotFoundError("No", { hint: "Do not." }), undefined],
    [new TimeoutError("No", { hint: "Do not." }), "timed_out"],
    [new Error("anything"), "internal"],
  ])("marks the run as failed when the failure is ours, not when it is the caller's: %s", async (error, failure) => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect((await respond(() => Promise.reject(error))).wm_failure).toBe(failure);
  });

  it("tells a limited caller in a header when to come back", async () => {
    const limited = async () => {
      throw new RateLimitedError("Too many", { hint: "Wait.", details: { retryAfterSeconds: 7 } });
    };
    expect(await respond(limited)).toMatchObject({
      windmill_status_code: 429,
      windmill_headers: { "retry-after": "7" },
    });
  });

  it.each([new Error("password=hunter2"), "hunter2", null, { message: "hunter2" }])(
    "answers 500 to everything else, and says it to the log only",
    async (thrown) => {
      const log = vi.spyOn(console, "error").mockImplementation(() => undefined);
      const answer = await respond(async () => {
        throw thrown;
      });
      expect(answer).toMatchObject({ windmill_status_code: 500, result: { error: { code: "internal" } } });
      expect(JSON.stringify(answer)).not.toContain("hunter2");
      expect(log).toHaveBeenCalledWith(thrown);
    },
  );
});
