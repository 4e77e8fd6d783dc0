import { describe, expect, it } from "vitest";
import { answerOf } from "../../../../scripts/engine/jobs/answer.ts";
import type { Job } from "../../../../scripts/engine/jobs/job.ts";

async function answer(result: unknown, success = true) {
  const response = answerOf({ result, success } as Job);
  return { status: response.status, type: response.headers.get("content-type"), text: await response.text(), response };
}

describe("the answer of a synchronous run", () => {
  it.each([
    ["an object", { a: 1 }, 200, '{"a":1}'],
    ["a list", [1], 200, "[1]"],
    ["nothing", null, 200, "null"],
    ["a text", "x", 200, '"x"'],
    ["a status with a result", { windmill_status_code: 201, result: { id: 1 } }, 201, '{"id":1}'],
    ["a status without a result", { windmill_status_code: 409 }, 409, ""],
    ["the short names", { wm_status_code: 202, wm_headers: { "x-a": "b" }, result: 1 }, 202, "1"],
    ["headers with a result", { windmill_headers: { "x-a": "b" }, result: 1 }, 200, "1"],
    ["headers without a result", { windmill_headers: { "x-a": "b" } }, 204, ""],
    ["a status that must not have a body", { windmill_status_code: 204, result: 1 }, 204, ""],
    [
      "a status that is a text",
      { windmill_status_code: "201", result: 1 },
      200,
      '{"windmill_status_code":"201","result":1}',
    ],
    [
      "a header that is a number",
      { windmill_headers: { a: 1 }, result: 1 },
      200,
      '{"windmill_headers":{"a":1},"result":1}',
    ],
  ])("of %s", async (_, result, status, text) => {
    expect(await answer(result)).toMatchObject({ status, text });
  });

  it("has the content type that the script chose, and a text without quotes then", async () => {
    const html = { windmill_content_type: "text/html", result: "<p>" };
    expect(await answer(html)).toMatchObject({ status: 200, type: "text/html", text: "<p>" });
    const csv = { windmill_content_type: "text/csv", result: [1] };
    expect(await answer(csv)).toMatchObject({ text: "[1]" });
  });

  it("carries the headers that the script chose", async () => {
    const { response } = await answer({ windmill_headers: { "retry-after": "3" }, result: 1 });
    expect(response.headers.get("retry-after")).toBe("3");
  });

  it("is never a page of the engine's own origin, whatever the script says about its content", async () => {
    const policy = async (more: object) =>
      (await answer({ result: "<p>", ...more })).response.headers.get("content-security-policy");
    const sandbox = "sandbox allow-forms allow-modals allow-popups allow-scripts";
    expect(await policy({ windmill_content_type: "text/html" })).toBe(sandbox);
    expect(await policy({ windmill_headers: { "content-type": "image/svg+xml" } })).toBe(sandbox);
    const own = { "content-type": "text/html", "content-security-policy": "default-src 'self'" };
    expect(await policy({ windmill_headers: own })).toBe(`default-src 'self', ${sandbox}`);
    expect(await policy({ windmill_status_code: 201 })).toBe(null);
  });

  it("is 422 for a failed job, unless its result says otherwise", async () => {
    expect(await answer({ error: { message: "m" } }, false)).toMatchObject({
      status: 422,
      text: '{"error":{"message":"m"}}',
    });
    expect(await answer({ windmill_status_code: 429, result: "slow" }, false)).toMatchObject({ status: 429 });
    expect(await answer({ windmill_headers: { a: "b" }, result: 1 }, false)).toMatchObject({ status: 422 });
  });

  it("is 500 for headers and statuses that HTTP does not know", async () => {
    expect(await answer({ windmill_headers: { "a b": "c" }, result: 1 })).toMatchObject({ status: 500 });
    for (const code of [42, 100, 199, 600])
      expect(await answer({ windmill_status_code: code, result: 1 })).toMatchObject({ status: 500 });
  });
});
