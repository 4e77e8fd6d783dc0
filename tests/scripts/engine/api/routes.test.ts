import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine, type TestEngine } from "../../../support/engine.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.stop());

describe("every endpoint", () => {
  it.each(["/users/whoami", "/w/{w}/scripts/list", "/w/{w}/jobs/list", "/w/{w}/variables/list"])(
    "refuses a call without a token: %s",
    async (path) => {
      for (const authorization of ["", "Bearer wrong", "Basic abc"]) {
        const answer = await engine.api(path, { headers: { authorization } });
        expect([answer.status, await answer.text()]).toEqual([401, "Unauthorized"]);
      }
    },
  );

  it("takes the token from the header, a cookie or the query", async () => {
    const call = (init: RequestInit, query = "") => fetch(`${engine.url}/api/users/whoami${query}`, init);
    const answers = [
      await call({ headers: { authorization: `Bearer ${engine.token}` } }),
      await call({ headers: { cookie: `a=b; token=${engine.token}` } }),
      await call({}, `?token=${engine.token}`),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it("answers errors as plain text, never as HTML", async () => {
    for (const path of ["/nothing", "/w/{w}/nothing", "/w/other/scripts/list", "/w/{w}/scripts/get/p/f/no/such"]) {
      const answer = await engine.api(path);
      expect(answer.ok).toBe(false);
      expect(answer.headers.get("content-type")).toContain("text/plain");
      expect(await answer.text()).toMatch(/^(Not found|Not authorized): /);
    }
  });

  it.each([
    ["", 400, "Failed to parse the request body as JSON"],
    ["{", 400, "Failed to parse the request body as JSON"],
    ["[]", 422, "expected an object"],
    ["null", 422, "expected an object"],
    ["{}", 422, "missing field `path`"],
  ])("refuses the body %j", async (body, status, message) => {
    const answer = await engine.api("/w/{w}/scripts/create", { method: "POST", body });
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(message);
  });
});
