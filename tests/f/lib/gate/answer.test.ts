import { describe, expect, it, vi } from "vitest";
import { InvalidInputError, PreconditionError, RateLimitedError, UpstreamError } from "../../../../f/lib/errors.ts";
import { answerRoute } from "../../../../f/lib/gate/answer.ts";
import type { Caller } from "../../../../f/lib/gate/event.ts";

const OWN = "https://shop.example.com";
const script: Caller = { client: "unknown", origin: OWN, wants: "json" };
const browser: Caller = { ...script, wants: "html" };
const backTo = { path: "/", name: "signup", outcomes: { 200: "ok", 429: "busy" } };
const busy = async () => {
  throw new RateLimitedError("Too many requests", { hint: "Wait.", details: { retryAfterSeconds: 7 } });
};

describe("answerRoute", () => {
  it("answers with the result, readable for the project's own page and not to be kept", async () => {
    expect(await answerRoute({ caller: script }, async () => ({ status: "ok" }))).toEqual({
      windmill_status_code: 200,
      windmill_headers: { "access-control-allow-origin": OWN, vary: "Origin", "cache-control": "no-store" },
      result: { status: "ok" },
    });
  });

  it("names no origin when the caller had none", async () => {
    const answer = await answerRoute({ caller: { ...script, origin: "" } }, async () => ({}));
    expect(answer.windmill_headers).not.toHaveProperty("access-control-allow-origin");
  });

  it("answers a refusal with its own status and does no work", async () => {
    const work = vi.fn();
    const refusal = { status: 415, code: "unsupported_type", message: "No", hint: "Send JSON." };
    expect(await answerRoute({ caller: script, refusal }, work)).toMatchObject({
      windmill_status_code: 415,
      result: { error: { code: "unsupported_type", message: "No", hint: "Send JSON." } },
    });
    expect(work).not.toHaveBeenCalled();
  });

  it("says when to come back", async () => {
    const answer = await answerRoute({ caller: script }, busy);
    expect(answer).toMatchObject({ windmill_status_code: 429, windmill_headers: { "retry-after": "7" } });
  });

  it.each([
    [
      "an upstream",
      new UpstreamError("Postgres at 10.0.0.5:5432 could not be reached", { hint: "Check 10.0.0.5." }),
      502,
    ],
    ["a precondition", new PreconditionError("No schema 10.0.0.5", { hint: "Run 10.0.0.5." }), 502],
    ["anything else", new Error("10.0.0.5"), 500],
  ])("keeps what is wrong behind the route from strangers: %s", async (_, failure, status) => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const answer = await answerRoute({ caller: script }, () => Promise.reject(failure));
    expect(answer.windmill_status_code).toBe(status);
    expect(JSON.stringify(answer)).not.toContain("10.0.0.5");
    expect(JSON.stringify(log.mock.calls.flat().map(String))).toContain("10.0.0.5");
    log.mockRestore();
  });

  it("sends a browser without a script back to its page, with the outcome in the address", async () => {
    expect(await answerRoute({ caller: browser, backTo }, async () => ({}))).toMatchObject({
      windmill_status_code: 303,
      windmill_headers: { location: `${OWN}/?signup=ok#signup-ok` },
      windmill_content_type: "text/html; charset=utf-8",
      result: expect.stringContaining(`<a href="${OWN}/?signup=ok#signup-ok">`),
    });
    const refused = await answerRoute({ caller: { ...browser, origin: "" }, backTo }, busy);
    expect(refused.windmill_headers).toMatchObject({ location: "/?signup=busy#signup-busy", "retry-after": "7" });
  });

  it("answers a browser as any other when the page has no notice for the outcome", async () => {
    const answer = await answerRoute({ caller: browser, backTo }, async () => {
      throw new InvalidInputError("No", { hint: "Do not." });
    });
    expect(answer).toMatchObject({ windmill_status_code: 400, result: { error: { code: "invalid_input" } } });
  });
});
