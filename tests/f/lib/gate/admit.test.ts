import { describe, expect, it, vi } from "vitest";
import { UnauthorizedError, UpstreamError } from "../../../../f/lib/errors.ts";
import { admit, type Guard, type Route } from "../../../../f/lib/gate/admit.ts";
import type { RouteEvent } from "../../../../f/lib/gate/event.ts";
import { textFields } from "../../../../f/lib/gate/fields.ts";

const ROUTE = {
  path: "apps/:project/things",
  maxBytes: 200,
  accepts: ["json", "form"],
  input: textFields({ email: 50, note: 50 }),
} satisfies Route<object>;

const OWN = "https://shop.example.com";
const settingsOf = async (name: string) => (name === "shop" ? { name, origins: [OWN] } : undefined);

/** An event as Windmill makes it of a request; `replaced` is what it put in place of `$var:...` strings. */
function request(
  {
    body = '{"email":"a@b.co"}',
    path = "ws/apps/shop/things",
    headers = {},
    query = {},
  }: {
    body?: string;
    path?: string;
    headers?: Record<string, string>;
    query?: Record<string, string>;
  },
  replaced: RouteEvent = {},
): RouteEvent {
  const all = { "content-type": "application/json", "x-forwarded-for": "203.0.113.7", ...headers };
  const form = all["content-type"].includes("urlencoded");
  const copy = () => (form ? Object.fromEntries(new URLSearchParams(body)) : JSON.parse(body));
  return { kind: "http", path, query, headers: all, body: safely(copy), raw_string: body, ...replaced };
}

function safely(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return {};
  }
}

const form = (body: string, headers: Record<string, string> = {}) =>
  request({ body, headers: { "content-type": "application/x-www-form-urlencoded", ...headers } });

describe("admit", () => {
  it("lets in what matches the route, and nothing beside it", async () => {
    const headers = { origin: OWN, cookie: "s3cret", "user-agent": "s3cret", referer: "s3cret" };
    const admission = await admit(request({ headers }), ROUTE, settingsOf);
    expect(admission).toEqual({
      project: "shop",
      input: { email: "a@b.co" },
      caller: { client: expect.stringMatching(/^[0-9a-f]{16}$/), origin: OWN, wants: "json" },
    });
  });

  it.each([
    ["JSON with a charset", request({ headers: { "content-type": "Application/JSON; charset=UTF-8" } })],
    ["a form", form("email=a%40b.co")],
    [
      "a form with its charset",
      form("email=a%40b.co", { "content-type": "application/x-www-form-urlencoded;charset=utf-8" }),
    ],
    ["JSON after white space", request({ body: ' {"email":"a@b.co"}' }, { body: { body: { email: "a@b.co" } } })],
    ["a path without the workspace", request({ path: "/apps/shop/things/" })],
  ])("lets in %s", async (_, event) => {
    const admission = await admit(event, ROUTE, settingsOf);
    expect(admission).toMatchObject({ project: "shop", input: { email: "a@b.co" } });
    expect(admission.refusal).toBeUndefined();
  });

  it("tells a form that a browser sent by itself from one that a script sent", async () => {
    const accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    const wants = async (event: RouteEvent) => (await admit(event, ROUTE, settingsOf)).caller.wants;
    expect(await wants(form("email=a%40b.co", { accept }))).toBe("html");
    expect(await wants(form("email=a%40b.co", { accept: "*/*" }))).toBe("json");
    expect(await wants(request({ headers: { accept } }))).toBe("json");
  });

  const SECRET = "s3cret-shop";
  it.each<[string, number, RouteEvent]>([
    ["a direct call", 400, { ...request({}), kind: "webhook" }],
    ["an unknown project", 404, request({ path: "ws/apps/other/things" })],
    ["a project name that cannot be one", 404, request({ path: "ws/apps/Shop%2f/things" })],
    ["a marker as project name", 404, request({ path: "ws/apps/$var:f/x/y/things" })],
    ["another route", 404, request({ path: "ws/apps/shop/others" })],
    ["no path", 404, { ...request({}), path: undefined }],
    ["an origin that is not the project's", 403, request({ headers: { origin: "https://evil.example" } })],
    ["the origin of a sandboxed page", 403, request({ headers: { origin: "null" } })],
    ["an origin that only begins like the project's", 403, request({ headers: { origin: `${OWN}.evil.example` } })],
    ["an empty origin", 403, request({ headers: { origin: "" } })],
    ["no content type", 415, { ...request({}), headers: {} }],
    ["a text", 415, request({ headers: { "content-type": "text/plain" } })],
    ["a multipart form", 415, request({ headers: { "content-type": "multipart/form-data; boundary=x" } })],
    ["another charset", 415, request({ headers: { "content-type": "application/json; charset=utf-16" } })],
    ["query parameters", 400, request({ query: { token: SECRET } })],
    ["a body of 201 bytes", 413, request({ body: `{"note":"${"x".repeat(190)}"}` })],
    ["200 characters in more bytes", 413, request({ body: `{"note":"${"é".repeat(100)}"}` })],
    ["no JSON", 400, request({ body: SECRET })],
    ["a list", 400, request({ body: `["${SECRET}"]` })],
    ["an unknown key", 400, request({ body: `{"${SECRET}":1}` })],
    ["a nested value", 400, request({ body: `{"email":{"a":"${SECRET}"}}` })],
    ["a lone surrogate", 400, request({ body: '{"note":"\\ud800"}' })],
    ["a NUL", 400, request({ body: '{"note":"a\\u0000b"}' })],
    ["bad UTF-8 in a form", 400, form("email=%ff")],
    ["a marker in a value", 400, request({ body: '{"note":"$var:f/x/y"}' })],
    ["a contextual marker in a value", 400, request({ body: '{"note":"$WM_TOKEN"}' })],
    ["a replaced body in JSON", 400, request({}, { raw_string: `{"note":"${SECRET}"}` })],
    ["a replaced body in a form", 400, { ...form("$var:f/x/y"), raw_string: `note=${SECRET}` }],
    ["a body replaced by a resource", 400, request({}, { raw_string: { password: SECRET } })],
    ["a replaced query", 400, request({}, { query: SECRET })],
    ["a replaced content type", 415, request({}, { headers: { "content-type": SECRET } })],
    ["headers that became objects", 415, request({}, { headers: { "content-type": { a: SECRET } } })],
    ["no headers at all", 415, request({}, { headers: null })],
  ])("refuses %s with %i, and repeats nothing of it", async (_, status, event) => {
    const { project, input, caller, refusal } = await admit(event, ROUTE, settingsOf);
    expect({ project, input }).toEqual({ project: "", input: {} });
    expect(refusal).toMatchObject({
      status,
      code: expect.stringMatching(/^[a-z_]+$/),
      hint: expect.stringMatching(/\.$/),
    });
    expect(JSON.stringify({ refusal, caller })).not.toMatch(/s3cret|evil/);
  });

  it("leaves what looks like a marker but is none alone", async () => {
    for (const note of ["$5 for a coffee", "costs $var", "US$", "$ var:x"]) {
      const admission = await admit(request({ body: JSON.stringify({ note }) }), ROUTE, settingsOf);
      expect(admission.input).toEqual({ note });
    }
  });

  it("takes nothing from a project name or an origin that Windmill put there", async () => {
    const event = { ...request({ headers: { origin: OWN } }), params: { project: SECRET }, route: SECRET };
    const admission = await admit(event, ROUTE, settingsOf);
    expect(JSON.stringify(admission)).not.toContain(SECRET);
  });

  it("asks for the project only when the rest of the request is sound", async () => {
    const settings = vi.fn(settingsOf);
    await admit(request({ body: "[]" }), ROUTE, settings);
    expect(settings).not.toHaveBeenCalled();
  });

  it.each([
    ["our own", new UpstreamError("postgres://s3cret", { hint: "Look at s3cret." })],
    ["any other", new Error("s3cret")],
  ])("turns a failure behind it into a refusal that says nothing: %s", async (_, failure) => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const { refusal } = await admit(request({}), ROUTE, () => Promise.reject(failure));
    expect(refusal).toMatchObject({ status: 500, code: "internal" });
    expect(JSON.stringify([refusal, log.mock.calls])).not.toContain("s3cret");
    log.mockRestore();
  });
});

describe("a route that takes no body", () => {
  const READ = {
    path: "apps/:project/things/:thing",
    maxBytes: 0,
    accepts: [],
    input: (_: Record<string, unknown>, { thing = "" }: Record<string, string>) => ({ thing }),
  } satisfies Route<object>;
  const get = (more: RouteEvent = {}): RouteEvent => ({
    kind: "http",
    path: "ws/apps/shop/things/a-1",
    headers: {},
    ...more,
  });

  it.each([undefined, null, ""])(
    "lets in a request without one (%j), and takes ids from its path",
    async (raw_string) => {
      expect(await admit(get({ raw_string }), READ, settingsOf)).toMatchObject({
        project: "shop",
        input: { thing: "a-1" },
      });
    },
  );

  it.each(["s3cret", "{}", { a: "s3cret" }])("refuses one with %j", async (raw_string) => {
    const { refusal } = await admit(get({ raw_string }), READ, settingsOf);
    expect(refusal).toMatchObject({ status: 400 });
    expect(JSON.stringify(refusal)).not.toContain("s3cret");
  });
});

describe("a route with a guard", () => {
  const guarded = (who: Guard<{ id: string }>) => ({ ...ROUTE, who });

  it("asks it last, with the header and the input, and hands on whom it found", async () => {
    const who = vi.fn<Guard<{ id: string }>>(async () => ({ id: "ada" }));
    const admission = await admit(request({ headers: { authorization: "Bearer x" } }), guarded(who), settingsOf);
    expect(admission).toMatchObject({ project: "shop", who: { id: "ada" } });
    expect(JSON.stringify(admission)).not.toContain("Bearer");
    expect(who).toHaveBeenCalledWith({ project: "shop", authorization: "Bearer x", input: { email: "a@b.co" } });
    for (const unsound of [request({ body: "[]" }), request({ path: "ws/apps/other/things" })])
      await admit(unsound, guarded(who), settingsOf);
    expect(who).toHaveBeenCalledTimes(1);
  });

  it("lets nothing through that it refuses", async () => {
    const refused = new UnauthorizedError("No", { hint: "Sign in." });
    const admission = await admit(
      request({}),
      guarded(() => Promise.reject(refused)),
      settingsOf,
    );
    expect(admission).toMatchObject({ project: "", input: {}, refusal: { status: 401, code: "unauthorized" } });
    expect(admission.who).toBeUndefined();
  });
});
