import { describe, expect, it } from "vitest";
import { type RouteRequest, signupRoute } from "../../../support/signup_route.ts";

const route = signupRoute();
const { post, path, origin: OWN } = route;
const JSON_TYPE = { "content-type": "application/json" };
const FORM_TYPE = { "content-type": "application/x-www-form-urlencoded" };
const BROWSER = { ...FORM_TYPE, accept: "text/html,application/xhtml+xml,*/*;q=0.8", origin: OWN };

const postJson = (fields: object, headers = {}) =>
  post({ headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify(fields) });
const kept = async (email: string) => (await route.rows()).filter((row) => row.email_key === email);

describe("POST apps/:project/waitlist/signups", () => {
  it("takes an address once, and answers the same for new, known and trapped", async () => {
    const answers = [
      await postJson({ email: "Ada@example.com", name: "Ada", source: "hero", website: "" }, { origin: OWN }),
      await postJson({ email: "ada@EXAMPLE.com" }, { origin: OWN }),
      await postJson({ email: "bot@example.com", website: "https://spam.example" }, { origin: OWN }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ status: "subscribed" });
      expect(answer.headers.get("access-control-allow-origin")).toBe(OWN);
      expect(answer.headers.get("vary")).toMatch(/origin/i);
      expect(answer.headers.get("cache-control")).toBe("no-store");
    }
    expect(await kept("ada@example.com")).toMatchObject([{ email: "Ada@example.com", name: "Ada", source: "hero" }]);
    expect(await kept("bot@example.com")).toEqual([]);
  });

  it("takes a form, and sends a browser without a script back to its page", async () => {
    const scripted = await post({ headers: FORM_TYPE, body: "email=bob%2Blist%40example.com&source=footer&website=" });
    expect([scripted.status, await scripted.json()]).toEqual([200, { status: "subscribed" }]);
    expect(await kept("bob+list@example.com")).toHaveLength(1);

    const outcome = async (body: string, headers: Record<string, string> = BROWSER) => {
      const answer = await post({ headers, body });
      return [answer.status, answer.headers.get("location"), answer.headers.get("content-type")];
    };
    const html = "text/html; charset=utf-8";
    expect(await outcome("email=carol%40example.com")).toEqual([303, `${OWN}/?signup=ok#signup-ok`, html]);
    expect(await outcome("email=carol")).toEqual([303, `${OWN}/?signup=invalid#signup-invalid`, html]);
    expect(await outcome("nonsense=1")).toEqual([303, "/?signup=invalid#signup-invalid", html]);
    expect(await kept("carol@example.com")).toHaveLength(1);
  });

  it("limits one client, says when to come back, and lets others in", async () => {
    const client = { "x-forwarded-for": "203.0.113.77, 198.51.100.7" };
    for (let one = 0; one < 10; one++) {
      expect((await postJson({ email: `many${one}@example.com` }, client)).status).toBe(200);
    }
    const refused = await postJson({ email: "many10@example.com" }, client);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ error: { code: "rate_limited", hint: expect.any(String) } });
    const pretending = { "x-forwarded-for": "203.0.113.99, 198.51.100.7" };
    expect((await postJson({ email: "many11@example.com" }, pretending)).status).toBe(429);
    expect((await postJson({ email: "other@example.com" })).status).toBe(200);
  });

  it("refuses a direct call of the script, whose body no gate has seen", async () => {
    const { status, body } = await route
      .engine()
      .run("f/api/waitlist/create_signup", { project: route.project, input: { email: "a@b.co" } });
    expect(status).toBe(400);
    expect(body).toMatchObject({ error: { code: "invalid_input" } });
  });

  const json = (body: string, headers = {}): RouteRequest => ({ headers: { ...JSON_TYPE, ...headers }, body });
  it.each<[what: string, request: RouteRequest, status: number, code?: string]>([
    ["nothing", json(""), 400],
    ["no address", json("{}"), 400, "invalid_input"],
    ["an address that is none", json('{"email":"nobody"}'), 400, "invalid_input"],
    ["two addresses", json('{"email":"evil1@example.com,evil2@example.com"}'), 400, "invalid_input"],
    ["a header in the address", json('{"email":"evil@example.com\\r\\nBcc: x@example.com"}'), 400, "invalid_input"],
    ["SQL as address", json(`{"email":"evil'; drop table waitlist_signup; --"}`), 400, "invalid_input"],
    ["a list", json('[{"email":"evil@example.com"}]'), 400, "invalid_input"],
    ["null", json("null"), 400, "invalid_input"],
    ["a text", json('"evil@example.com"'), 400, "invalid_input"],
    ["a list as address", json('{"email":["evil@example.com"]}'), 400, "invalid_input"],
    ["an object as address", json('{"email":{"$ne":null}}'), 400, "invalid_input"],
    ["null as name", json('{"email":"evil@example.com","name":null}'), 400, "invalid_input"],
    ["a long name", json(`{"email":"evil@example.com","name":"${"x".repeat(101)}"}`), 400, "invalid_input"],
    ["an unknown key", json('{"email":"evil@example.com","admin":true}'), 400, "invalid_input"],
    ["a key twice", json('{"email":"evil@example.com","email":"evil@example.com"}'), 400, "invalid_input"],
    ["__proto__", json('{"email":"evil@example.com","__proto__":{"admin":true}}'), 400, "invalid_input"],
    ["constructor", json('{"email":"evil@example.com","constructor":{"prototype":{}}}'), 400, "invalid_input"],
    ["a NUL", json('{"email":"evil@example.com","name":"a\\u0000"}'), 400, "invalid_input"],
    ["half a surrogate", json('{"email":"evil@example.com","name":"\\ud800"}'), 400],
    ["half a document", json('{"email":"evil@example.com"'), 400],
    ["deep nesting", json(`{"email":${"[".repeat(500)}${"]".repeat(500)}}`), 400],
    ["bad UTF-8", { headers: JSON_TYPE, body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]) }, 400],
    ["bad UTF-8 in a form", { headers: FORM_TYPE, body: "email=evil%ff%40example.com" }, 400, "invalid_input"],
    ["a field twice", { headers: FORM_TYPE, body: "email=evil%40example.com&email=x%40y.z" }, 400, "invalid_input"],
    ["4097 bytes", json(`{"email":"evil@example.com","name":"${"x".repeat(4061)}"}`), 413, "too_large"],
    ["five megabytes", json(`{"email":"evil@example.com","name":"${"x".repeat(5_000_000)}"}`), 413, "too_large"],
    [
      "a text type",
      { headers: { "content-type": "text/plain" }, body: '{"email":"evil@example.com"}' },
      415,
      "unsupported_type",
    ],
    [
      "XML",
      { headers: { "content-type": "application/xml" }, body: "<email>evil@example.com</email>" },
      415,
      "unsupported_type",
    ],
    ["query parameters", { ...json('{"email":"evil@example.com"}'), path: `${path}?a=1` }, 400, "invalid_input"],
    ["a foreign origin", json('{"email":"evil@example.com"}', { origin: "https://evil.example" }), 403, "forbidden"],
    ["the null origin", json('{"email":"evil@example.com"}', { origin: "null" }), 403, "forbidden"],
    [
      "an unknown project",
      { ...json('{"email":"evil@example.com"}'), path: "apps/nobodys/waitlist/signups" },
      404,
      "not_found",
    ],
    [
      "a name that is none",
      { ...json('{"email":"evil@example.com"}'), path: "apps/Evil%2E%2E/waitlist/signups" },
      404,
      "not_found",
    ],
  ])("refuses %s and keeps nothing", async (_, request, status, code) => {
    const answer = await post(request);
    const text = await answer.text();
    expect([answer.status, text]).toEqual([status, text]);
    expect(text).not.toContain("evil");
    if (code) {
      const { error } = JSON.parse(text);
      expect(error).toEqual({ code, message: expect.any(String), hint: expect.stringMatching(/\.$/), ...rest(error) });
    }
    expect((await route.rows()).filter((row) => JSON.stringify(row).includes("evil"))).toEqual([]);
  });
  const rest = ({ details }: { details?: unknown }) => (details ? { details } : {});
});
